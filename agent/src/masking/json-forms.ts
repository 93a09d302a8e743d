/** As JSON, JSON within JSON and within that, and as the literals of languages that look like it. */
export function jsonForms(text: string): readonly string[] {
  const once = levelsOf([text]);
  const twice = levelsOf(once);
  const wide = wideForms(text);
  const forms = [...once, ...twice, ...levelsOf(twice), ...wide, ...wide.map(jsonIn)];
  return [...forms.flatMap((form) => [form, form.replaceAll('/', '\\/')]), ...literals(jsonIn(text))];
}

/** With and without characters beyond ASCII; and as Go writes it, and whatever is made of Go. */
const levelsOf = (texts: readonly string[]): readonly string[] => [
  ...new Set(
    texts.flatMap((text) => {
      const plain = jsonIn(text);
      return [plain, asciiJson(plain), escaped(plain, /[<>&]/g, lower)];
    }),
  ),
];

/** As writers show it that also escape what means something in markup: Gson, PowerShell, Rails; .NET; PHP and Django. */
function wideForms(text: string): readonly string[] {
  const plain = jsonIn(text);
  const net = escaped(plain.replaceAll('\\"', '\\u0022'), /['&+<>`\u007f-\uffff]/g, upper);
  const forms = [
    escaped(plain, /[<>&=']/g, lower),
    escaped(plain, /[<>&']/g, lower),
    escaped(plain, /[<>&]/g, upper),
    escaped(plain.replaceAll('\\"', '\\u0022'), /[<>&']/g, upper),
    escaped(plain, /[\u0080-\uffff]/g, upper),
    net,
    net.replaceAll('\\\\', '\\u005C'),
  ];
  return [...new Set(forms)].filter((form) => form !== plain);
}

/** Ruby, where `#{` would begin a reference; Java’s properties. */
const literals = (json: string): readonly string[] => [
  json.replace(/#(?=[{$@])/g, '\\#'),
  escaped(json.replace(/\\"/g, '"'), /[\u0080-\uffff]/g, upper).replace(/[:=#!]/g, '\\$&'),
];

const lower = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const upper = (character: string): string => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
const escaped = (text: string, characters: RegExp, show: (character: string) => string): string => text.replace(characters, show);

const jsonIn = (text: string): string => JSON.stringify(text).slice(1, -1);
const asciiJson = (text: string): string => escaped(text, /[\u0080-\uffff]/g, lower);
