import { version } from '../image/reference.js';

/** Label of an agent's image: id of the image of the nodes that it begins with. */
export const nodeImageLabel = 'io.cqkd.node-image';
/** Label of an agent's image: what the tools of this machine that are in it are told by. */
export const toolsLabel = 'io.cqkd.tools';

/** The image of the agents of this cqkd. */
export function agentImageReference(): string {
  return `cqkd-chaos-agent:${version()}`;
}
