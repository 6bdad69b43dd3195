import {
  BaseCommand,
  buildImage,
  type ImageBuildResult,
  imageSources,
  nodeBinaryFlag,
  renderImageBuild,
} from '@cqkd/harness';
import { Flags } from '@oclif/core';

export default class ImageBuild extends BaseCommand<ImageBuildResult> {
  static override summary = 'Build the image of the nodes.';
  static override description =
    'It is called cqkd-dht-node, with the version of cqkd and latest as its tags. By default Node comes from an official ' +
    'image where the engine has it or a registry answers, else from this machine, which needs no network. An image that ' +
    'is there with the same program is left alone; deploy builds one that is not by itself.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --from offline --force',
    '<%= config.bin %> <%= command.id %> --node-binary /opt/node-24/bin/node',
    '<%= config.bin %> <%= command.id %> --base my.registry/node:20.20.2-bookworm-slim',
  ];
  static override flags = {
    from: Flags.option({ options: imageSources })({
      default: 'auto',
      summary: 'Where Node comes from: an official image, or this machine.',
    }),
    base: Flags.string({
      helpValue: 'IMAGE',
      summary: 'The image to take Node from, instead of the official one; implies --from registry.',
    }),
    ...nodeBinaryFlag,
    force: Flags.boolean({ summary: 'Build it even where it is there.' }),
  };

  async run(): Promise<ImageBuildResult> {
    const { flags } = await this.parse(ImageBuild);
    const { from, base, force, 'node-binary': nodeBinary } = flags;
    const result = await buildImage({ ...this.context(flags), from, base, nodeBinary, force });
    await this.say(renderImageBuild(result));
    return result;
  }
}
