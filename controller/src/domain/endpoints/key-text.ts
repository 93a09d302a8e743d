/** Lines as programs write them: no CR, no byte order mark, no spaces at their ends, no blank lines around, an end of line after the last. */
function mendedLines(text: string, isKept: (line: string, before: string) => boolean): string {
  const kept: string[] = [];
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const line = raw.trim();
    if (line !== '' || isKept(line, kept.at(-1) ?? '')) kept.push(line);
  }
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
}

/** A private key as OpenSSH reads it, however it was pasted. The blank line after the headers of an encrypted PEM key stays. */
export const mendedKey = (text: string): string => mendedLines(text, (_line, before) => /^[\w-]+: /.test(before));

export const mendedKnownHosts = (text: string): string => mendedLines(text, () => false);
