/** Characters that turn the direction of text, unseen: what follows them reads in another order than it runs. */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with such characters made visible, as `⟨U+202E⟩`: for text of others, such as logs, branches and commit messages. */
export const showDirections = (text: string): string =>
  text.replace(directions, (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
