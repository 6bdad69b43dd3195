import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { EngineError, engineError, timeOut } from './engine-error.js';
import type { Transport } from './transport.js';

/**
 * Asks an engine one plain question, without dockerode.
 *
 * @throws EngineError
 */
export async function askEngine<T>(
  url: string,
  { protocol, agent, host, port, socketPath }: Transport,
  path: string,
  withinMs: number,
): Promise<T> {
  const doing = `answer ${path}`;
  const signal = AbortSignal.timeout(withinMs);
  const options: RequestOptions = { path, agent, signal, host, port, socketPath };
  try {
    const { statusCode, text } = await get(protocol === 'https' ? httpsRequest : httpRequest, options);
    if (statusCode === 200) return JSON.parse(text) as T;
    const message = isPlainRefusal(text) ? text : (JSON.parse(text) as { message: string }).message;
    throw Object.assign(new Error(message), { statusCode });
  } catch (error) {
    if (signal.aborted) throw timeOut(doing, withinMs, url);
    if (error instanceof SyntaxError) {
      throw new EngineError(`What listens on ${url} is no Docker Engine: check DOCKER_HOST or the context`, {
        reason: error.message,
      });
    }
    throw engineError(error, doing, url);
  }
}

function get(
  request: typeof httpRequest,
  options: RequestOptions,
): Promise<{ statusCode: number; text: string }> {
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ statusCode: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    })
      .once('error', reject)
      .end();
  });
}

/** An engine that speaks TLS says this, and nothing else, in plain text. */
function isPlainRefusal(text: string): boolean {
  return /HTTP request to an HTTPS server/i.test(text);
}
