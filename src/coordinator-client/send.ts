import { type IncomingMessage, request } from 'node:http';

export interface SendOptions {
  method: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  body?: string;
}

/**
 * Sends a request and answers when the head of the response is there.
 *
 * Not `fetch`: its first connection must not be closed before its parser is loaded, or it waits for ever (undici 6).
 * A proxy in front of a coordinator that is just starting does close them.
 */
export function send(url: string, { body, ...options }: SendOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { ...options, agent: false }, resolve)
      .once('error', reject)
      .end(body);
  });
}
