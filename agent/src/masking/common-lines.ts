/** A line of a secret of several lines counts as a secret from this many bytes on. */
const shortestLineBytes = 8;

/**
 * Whether a line of a secret of several lines is a secret by itself. Short ones and those of common words stand in any
 * log: masked, they would make it unreadable and protect nothing.
 */
export function isTelling(line: string): boolean {
  if (Buffer.byteLength(line) < shortestLineBytes) return false;
  if (/^-----(BEGIN|END) [A-Z0-9 ]+-----$/.test(line) || /^["']?[\w.-]+["']?\s*[:=]\s*[[{|>&-]*$/.test(line)) return false;
  const words = line.replace(plainHost, '').match(/[\p{L}\p{N}]+/gu) ?? [];
  return !words.every((word) => common.has(word.toLowerCase()) || /^v?\d{1,4}$/i.test(word));
}

/** The address of a host, without anything that could be a secret. */
const plainHost = /\bhttps?:\/\/[\w.-]+(?::\d+)?\/?(?=["',]|$)/g;

/** A part of a secret that is shorter is not looked for by itself. */
const shortestTokenBytes = 20;

/**
 * Parts of a file with secrets that stand for themselves: tokens of a `.npmrc` or a kubeconfig, lines of a key within
 * JSON. Only what looks random: with letters of both cases and digits, or hexadecimal. Names and addresses stay visible.
 */
export function tokensIn(secret: string): readonly string[] {
  const parts = secret.replaceAll(/\\[rn]/g, '\n').split(/[\s"'`,;:={}[\]()<>]+/);
  return parts.map((part) => part.replaceAll('\\/', '/')).filter((part) => part.length >= shortestTokenBytes && looksRandom(part));
}

const looksRandom = (part: string): boolean =>
  /^[A-Za-z0-9+/_.~-]+$/.test(part) &&
  !part.startsWith('/') &&
  (/^[0-9a-f]{32,}$/i.test(part) || [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(part)));

/** Of configuration files and of everyday language. */
const common = new Set(
  `a access account active admin admins after all allow always an and any api apis apiversion app application apps are as at
  auth authentication authority authorization aws base be before begin bearer body bool boolean branch build by ca cert
  certificate certificates check class client clients cluster clusters code com command commit config configuration connection
  contact content context contexts copy create current custom data database date db debug default delete deny deploy
  description dev developer development directory disable disabled do docker domain down drop email empty enable enabled end
  endpoint endpoints engine env environment error errors event events example exec export extends false field fields file files
  filter first flag folder for force format from get git github gitlab global go google group groups has header headers health
  hello help home host hosts hostname http https id if image images import in include info init input insecure install
  int integer internal ip is issuer it item items java job jobs json key keys kind kubernetes label labels language last
  latest level levels line lines list local localhost location log logging login logs mail main make map master max memory
  message metadata method min mode model module my mysql name names namespace network never new next no node nodes none not
  npm null number object of off ok on only op open options or order org organization origin other out output owner package
  packages page password passwords path permission permissions plain plugin plugins pod policy pool port ports post postgres
  prefix preferences private prod production profile project projects properties provider proxy public pull push put python
  query queue read readonly redis region registry release remote repo repository request require required resource resources
  response rest result retry role roles root rule rules run s3 schema scope script secret secrets section security select
  server servers service services session set settings sha skip source sources spec ssh ssl staging start state status stop
  storage store string subject success suffix sync system table tag tags target task tasks team template test tests text the
  this time timeout title tls to token tokens tool true type types uid uri url urls us use user username users uuid value
  values version volume volumes wait warn warning web when with work worker write yaml yes you your zone`.split(/\s+/),
);
