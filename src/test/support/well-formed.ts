const voids = new Set(['meta', 'br', 'hr', 'img', 'link', 'input']);

/** What is wrong with the tags of a page: one that is not closed, or closes what is not open. Nothing is an empty list. */
export function tagErrors(page: string): string[] {
  const bare = page.replace(/<!DOCTYPE[^>]*>|<!\[CDATA\[[\s\S]*?\]\]>|<style[^>]*>[\s\S]*?<\/style *>/g, '');
  const open: string[] = [];
  const errors: string[] = [];
  for (const [tag, slash, name = '', rest = ''] of bare.matchAll(
    /<(\/?)([A-Za-z][\w-]*)((?:"[^"]*"|[^">])*)>/g,
  )) {
    if (slash) {
      const last = open.pop();
      if (last !== name) errors.push(`${tag} closes ${last}`);
    } else if (!rest.endsWith('/') && !voids.has(name)) open.push(name);
    if (!/^(\s+[\w:-]+="[^"<]*")*\s*\/?$/.test(rest)) errors.push(`attributes of ${tag}`);
  }
  const text = bare.replace(/<\/?[A-Za-z](?:"[^"]*"|[^">])*>/g, '');
  const stray = text.match(/[<>]|&(?!(?:amp|lt|gt|quot|#39|#x?[\da-f]+);).{0,20}/i);
  return [
    ...errors,
    ...open.map((name) => `<${name}> is not closed`),
    ...(stray ? [`stray ${stray[0]}`] : []),
  ];
}
