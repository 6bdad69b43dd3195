import { UsageError } from '@cqkd/harness';

/** Reads `10%,50%,100%`: growing shares that end with all. @throws UsageError */
export function parseCanary(text: string): number[] {
  const steps = text.split(',').map((part) => {
    const [, number] = /^\s*(\d+(?:\.\d+)?)%\s*$/.exec(part) ?? [];
    return Number(number);
  });
  const grows = steps.every((step, at) => step > (steps[at - 1] ?? 0) && step <= 100);
  if (grows && steps.at(-1) === 100) return steps;
  throw new UsageError(
    `--canary takes growing shares up to 100%, like 10%,50%,100%, got ${JSON.stringify(text)}`,
  );
}
