/** Characters that turn the direction of text, unseen: what follows them reads in another order than it runs. */
export const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const each = new RegExp(directions, 'g');

export const hasDirections = (text: string): boolean => directions.test(text);

/** The text with such characters made visible, as `⟨U+202E⟩`. Elements do it by themselves (`jsx-runtime.ts`); only text that reaches the page on another way needs the call. */
export const showDirections = (text: string): string =>
  text.replace(each, (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
