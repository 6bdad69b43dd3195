const ADDRESS = /^(.+):(\d{1,5})$/;

/** Splits `address:port`. @throws RangeError when it is none */
export function parseAddress(text: string): { address: string; port: number } {
  const match = ADDRESS.exec(text);
  const port = Number(match?.[2]);
  if (!match?.[1] || port < 1 || port > 65_535)
    throw new RangeError(`Expected "address:port", got "${text}"`);
  return { address: match[1], port };
}

/** `address:port` of a node. */
export function placeOf({ address, port }: { address: string; port: number }): string {
  return `${address}:${port}`;
}
