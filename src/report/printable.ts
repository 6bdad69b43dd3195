// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const controls = /\u001b(?!\[[0-9;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g;

/**
 * A text that can be printed on a terminal, whatever it was made of: names of files, titles, what nodes and peers say.
 *
 * Control characters become visible; line ends, tabs and colours stay.
 */
export function printable(text: string): string {
  return text.replace(controls, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
