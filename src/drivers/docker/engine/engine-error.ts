import { EnvironmentError } from '../../../errors.js';

/** An engine that does not answer, or that refuses something; its message is whole as it is. */
export class EngineError extends EnvironmentError {
  override name = 'EngineError';
  /** Status of the engine's answer; undefined when there was none. */
  readonly statusCode: number | undefined;
  /** The engine's own words, or those of the system. */
  readonly reason: string;
  /** Code of the system's error. */
  readonly code: string | undefined;

  constructor(
    message: string,
    {
      statusCode,
      reason,
      code,
    }: { statusCode?: number | undefined; reason: string; code?: string | undefined },
  ) {
    super(message);
    this.statusCode = statusCode;
    this.reason = reason;
    this.code = code;
  }

  /** What was asked about is not there (any more). */
  get isMissing(): boolean {
    return this.statusCode === 404;
  }

  /** The engine could not be reached, or broke off. */
  get isUnreachable(): boolean {
    return this.statusCode === undefined;
  }
}

/** Turns what a call was rejected with into one line that says what to do. */
export function engineError(error: unknown, doing: string, url: string): EngineError {
  if (error instanceof EngineError) return error;
  const { statusCode, reason, code } = factsOf(error);
  const message =
    statusCode === undefined ? noAnswer(code, reason, url) : refusal(statusCode, reason, doing, url);
  return new EngineError(message, { statusCode, reason, code });
}

/** The engine took longer than anything takes on a healthy one. */
export function timeOut(doing: string, timeoutMs: number, url: string): EngineError {
  const reason = `no answer within ${timeoutMs / 1000} s`;
  return new EngineError(
    `The Docker Engine at ${url} gave ${reason} (${doing}): see whether its machine is overloaded, or restart it`,
    { reason, code: 'ETIMEDOUT' },
  );
}

/** What dockerode's errors and those of the system have to say. */
function factsOf(error: unknown): { statusCode?: number; reason: string; code?: string } {
  if (!(error instanceof Error)) return { reason: String(error) };
  const { statusCode, json, code } = error as Error & {
    statusCode?: number;
    json?: { message?: string } | Buffer;
    code?: string;
  };
  const told = Buffer.isBuffer(json) ? json.toString() : json?.message;
  const reason = (told || error.message).replace(/\s+/g, ' ').trim();
  return { ...(statusCode !== undefined && { statusCode }), reason, ...(code && { code }) };
}

function noAnswer(code: string | undefined, reason: string, url: string): string {
  if (url.startsWith('ssh:')) return `Docker can't be reached through ${url}: ${reason}`;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `Permission denied on the Docker socket ${url}: add yourself to its group (sudo usermod -aG docker "$USER", then log in again), or use a rootless engine`;
    case 'ENOENT':
    case 'ECONNREFUSED':
      return `No Docker Engine listens on ${url}: start it, or say where it is with DOCKER_HOST`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `The machine of the Docker Engine ${url} can't be reached (${code}): check DOCKER_HOST or the context`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `The Docker Engine at ${url} broke off: it ended or was restarted`;
    default:
      return `The Docker Engine at ${url} can't be spoken to: ${reason}`;
  }
}

function refusal(statusCode: number, reason: string, doing: string, url: string): string {
  if (/no space left on device|disk quota exceeded/i.test(reason)) {
    return `The disk of the Docker Engine is full (${doing}): docker system df tells what fills it`;
  }
  if (/cannot allocate memory|resource temporarily unavailable/i.test(reason)) {
    return `The machine of the Docker Engine has no memory or no process left (${doing}): ${reason}`;
  }
  if (/HTTP request to an HTTPS server/i.test(reason)) {
    return `The Docker Engine at ${url} speaks TLS only: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH`;
  }
  return `Docker can't ${doing}: ${reason} (${statusCode})`;
}
