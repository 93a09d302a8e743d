import { spawnSync } from 'node:child_process';
import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { createMasker, maskString, maskText } from './masker.js';

/** With everything that programs quote, but no end of line. */
const awkward = `p"a's\\s$w(o)r&d<1> ü%2F+z`;
/** What some quote and others don't. */
const signs = '#x#y,zz~!{1}=%k `j` [@end];^*?:~|end';
/** Of two lines, neither of common words. */
const several = 'first-LINE=s3cr3t&1\nsecond line: "t0ken<2>"';

/** What of a text a masked output still shows: the longest part of at least three characters. */
function shownOf(text: string, output: string): string {
  for (let length = text.length; length >= 3; length -= 1)
    for (let at = 0; at + length <= text.length; at += 1)
      if (output.includes(text.slice(at, at + length))) return text.slice(at, at + length);
  return '';
}

describe('P3 forms in which programs show a secret', () => {
  it('as one, with an end of line in quotes of its own', () =>
    expect(maskString("first-LINE=s3cr3t$'\\n'second-LINE=t0ken", ['first-LINE=s3cr3t\nsecond-LINE=t0ken'])).to.equal(maskText));

  // prettier-ignore
  const programs: ReadonlyArray<readonly [title: string, program: string, ...args: string[]]> = [
    ['set -x of bash',             'bash', '-xc', ': "$SECRET"'],
    ['set -x of sh',               'sh', '-xc', ': "$SECRET"'],
    ['printf %q',                  'bash', '-c', 'printf "%q\\n" "$SECRET"'],
    ['printf %q without a locale', 'bash', '-c', 'LC_ALL=C; printf "%q\\n" "$SECRET"'],
    ['${x@Q}',                     'bash', '-c', 'echo "${SECRET@Q}"'],
    ['${x@A}',                     'bash', '-c', 'echo "${SECRET@A}"'],
    ['declare -p',                 'bash', '-c', 'declare -p SECRET'],
    ['export -p of bash',          'bash', '-c', 'export -p | grep -A3 SECRET'],
    ['export -p of sh',            'sh', '-c', 'export -p | grep -A3 SECRET'],
    ['set of sh',                  'sh', '-c', 'set | grep -A3 SECRET'],
    ['env',                        'sh', '-c', 'env | grep -A3 SECRET'],
    ['base64',                     'sh', '-c', 'printf %s "$SECRET" | base64'],
    ['base64 after a name',        'sh', '-c', 'printf "me:%s" "$SECRET" | base64'],
    ['base64 amidst',              'sh', '-c', 'printf "ab%s and more" "$SECRET" | base64 -w 5'],
    ['fold',                       'sh', '-c', 'printf %s "$SECRET" | fold -b -w 7'],
    ['grep in colours',            'sh', '-c', 'printf "%s\\n" "$SECRET" | grep -a --color=always -e "[a-z]" -e "$"'],
    ['repr of Python',             'python3', '-c', 'import os; print(repr(os.environ["SECRET"]))'],
    ['repr of bytes',              'python3', '-c', 'import os; print(repr(os.environb[b"SECRET"]))'],
    ['ascii of Python',            'python3', '-c', 'import os; print(ascii(os.environ["SECRET"]))'],
    ['HTML of Python',             'python3', '-c', 'import os, html; print(html.escape(os.environ["SECRET"]))'],
    ['XML of Python',              'python3', '-c', 'import os; from xml.sax.saxutils import escape, quoteattr as q; print(escape(os.environ["SECRET"]), q(os.environ["SECRET"]))'],
    ['JSON',                       'node', '-p', 'JSON.stringify(process.env.SECRET)'],
    ['JSON within JSON',           'node', '-p', 'JSON.stringify(JSON.stringify({ a: process.env.SECRET }))'],
    ['JSON of Python',             'python3', '-c', 'import os, json; print(json.dumps(json.dumps(os.environ["SECRET"])))'],
    ['a URL',                      'node', '-p', 'encodeURIComponent(process.env.SECRET)'],
    ['a URL within a URL',         'node', '-p', 'encodeURIComponent(encodeURIComponent(process.env.SECRET))'],
    ['a form within a URL',        'node', '-p', 'encodeURIComponent(new URLSearchParams({ x: process.env.SECRET }))'],
    ['a whole URL',                'node', '-p', 'encodeURI(process.env.SECRET)'],
    ['a user of a URL',            'node', '-p', 'Object.assign(new URL("https://host"), { password: process.env.SECRET }).href'],
    ['a query of a URL',           'node', '-p', 'Object.assign(new URL("https://host"), { search: process.env.SECRET }).href'],
    ['a URL of Python',            'python3', '-c', 'import os; from urllib.parse import quote, quote_plus; print(quote(os.environ["SECRET"]), quote_plus(os.environ["SECRET"]))'],
    ['inspect of Node',            'node', '-p', 'util.inspect([process.env.SECRET])'],
    ['hexadecimal',                'node', '-p', 'Buffer.from(process.env.SECRET).toString("hex")'],
    ['sq-quote of Git',            'sh', '-c', 'git rev-parse --sq-quote "$SECRET"'],
    ['XML within XML',             'python3', '-c', 'import os, html; print(html.escape(html.escape(os.environ["SECRET"])))'],
    ['ASCII of XML',               'python3', '-c', 'import os; print(os.environ["SECRET"].encode("ascii", "xmlcharrefreplace").decode())'],
  ];
  for (const [title, program, ...args] of programs)
    it(title, function () {
      for (const secret of [awkward, signs, several]) {
        const { status, stdout, stderr } = spawnSync(program, args, { env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', SECRET: secret }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }); // prettier-ignore
        if (status === null) skipBecause(this, `no ${program}`);
        const output = stdout + stderr;
        const masked = maskString(output, [secret]);
        expect(masked, output).to.include(maskText);
        for (const part of secret.split('\n')) expect(shownOf(part, masked), masked).to.equal('');
        const parts = Buffer.from(output);
        const masker = createMasker([secret]);
        const bytewise = Array.from(parts, (_, at) => masker.push(parts.subarray(at, at + 1)));
        const whole = Buffer.concat([...bytewise, masker.flush()]).toString();
        for (const part of secret.split('\n')) expect(shownOf(part, whole).length, `byte by byte: ${whole}`).to.be.at.most(4);
      }
    });

  const written = `a"b'c<d>&e=f/g+h#{i}!j$k \u00fc\\o\`p`;
  // prettier-ignore
  const writers: ReadonlyArray<readonly [title: string, shown: string]> = [
    ['JSON of Go',           String.raw`a\"b'c\u003cd\u003e\u0026e=f/g+h#{i}!j$k ü\\o` + '`p'],
    ['JSON of Go in JSON',   JSON.stringify(String.raw`a\"b'c\u003cd\u003e\u0026e=f/g+h#{i}!j$k ü\\o` + '`p').slice(1, -1)],
    ['JSON of Gson',         String.raw`a\"b\u0027c\u003cd\u003e\u0026e\u003df/g+h#{i}!j$k ü\\o` + '`p'],
    ['JSON of PowerShell',   String.raw`a\"b\u0027c\u003cd\u003e\u0026e=f/g+h#{i}!j$k ü\\o` + '`p'],
    ['JSON of .NET',         String.raw`a\u0022b\u0027c\u003Cd\u003E\u0026e=f/g\u002Bh#{i}!j$k \u00FC\\o\u0060p`],
    ['JSON of PHP',          String.raw`a\u0022b\u0027c\u003Cd\u003E\u0026e=f\/g+h#{i}!j$k ü\\o` + '`p'],
    ['JSON of Django',       String.raw`a\"b'c\u003Cd\u003E\u0026e=f/g+h#{i}!j$k ü\\o` + '`p'],
    ['inspect of Ruby',      String.raw`a\"b'c<d>&e=f/g+h\#{i}!j$k ü\\o` + '`p'],
    ['shellescape of Ruby',  String.raw`a\"b\'c\<d\>\&e\=f/g+h\#\{i\}\!j\$k\ ü\\o` + '\\`p'],
    ['properties of Java',   String.raw`a"b'c<d>&e\=f/g+h\#{i}\!j$k \u00FC\\o` + '`p'],
    ['a compose file',       String.raw`a"b'c<d>&e=f/g+h#{i}!j$$k ü\o` + '`p'],
    ['PowerShell',           String.raw`a` + '`"' + String.raw`b'c<d>&e=f/g+h#{i}!j` + '`$k ü\\o``p'],
    ['a template of Go',     String.raw`a&#34;b&#39;c&lt;d&gt;&amp;e=f/g&#43;h#{i}!j$k ü\o` + '`p'],
    ['Mustache',             String.raw`a&quot;b&#39;c&lt;d&gt;&amp;e&#x3D;f&#x2F;g+h#{i}!j$k ü\o&#x60;p`],
    ['Handlebars',           String.raw`a&quot;b&#x27;c&lt;d&gt;&amp;e&#x3D;f/g+h#{i}!j$k ü\o&#x60;p`],
    ['XML by numbers',       String.raw`a&#34;b&#39;c&#60;d&#62;&#38;e=f/g+h#{i}!j$k ü\o` + '`p'],
    ['a path of Go',         'a%22b%27c%3Cd%3E&e=f%2Fg+h%23%7Bi%7D%21j$k%20%C3%BC%5Co%60p'],
    ['hexadecimal, capital', Buffer.from(written).toString('hex').toUpperCase()],
  ];
  for (const [title, shown] of writers) it(title, () => expect(maskString(`x ${shown} y`, [written])).to.equal(`x ${maskText} y`));

  it('of a file with secrets finds its tokens by themselves, and leaves names and addresses visible', () => {
    const token = 'npm_a1B2c3D4e5F6g7H8i9J0';
    const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
    const npmrc = `registry=https://registry.npmjs.org/\n//registry.npmjs.org/:_authToken=${token}\nalways-auth=true\n`;
    const account = JSON.stringify(
      { type: 'service_account', project_id: 'shop-prod-12', private_key_id: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c', private_key: `-----BEGIN PRIVATE KEY-----\n${line}\n-----END PRIVATE KEY-----\n`, client_email: 'ci@shop-prod-12.iam.gserviceaccount.com' }, null, 2); // prettier-ignore
    for (const [shown, secret] of [[token, npmrc], [line, account], ['0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c', account]] as const) expect(maskString(`x ${shown} y`, [secret])).to.equal(`x ${maskText} y`); // prettier-ignore
    const visible = ['registry=https://registry.npmjs.org/', 'always-auth=true', 'shop-prod-12', 'service_account', '-----BEGIN PRIVATE KEY-----', 'ci@shop-prod-12.iam.gserviceaccount.com', 'https://registry.npmjs.org/left-pad']; // prettier-ignore
    for (const shown of visible) expect(maskString(shown, [npmrc, account])).to.equal(shown);
  });

  it('folded at any place and column, with indentation, carriage returns and colours in between', () => {
    const secret = 'correct-horse-7-battery-staple';
    for (const between of [
      '\n',
      '\r\n',
      '\n    ',
      '\u001b[31m',
      '\u001b[0m\n\u001b[1;32m  ',
      '\u001b]8;;x\u0007',
      '\u001b(B\u001b[m',
      '\u001bPx\u001b\\',
      '\u001b\u001b[1m',
      '\u001b#8',
    ])
      for (let at = 1; at < secret.length; at += 1) {
        const shown = `a ${secret.slice(0, at)}${between}${secret.slice(at)} b\n`;
        expect(maskString(shown, [secret]), JSON.stringify(shown)).to.equal(`a ${maskText} b\n`);
      }
    const everywhere = secret.split('').join('\u001b[m');
    expect(maskString(everywhere, [secret])).to.equal(maskText);
  });

  it('is not found by chance where two lines meet', () => {
    expect(maskString('use ab\ncd here', ['abcd'])).to.equal('use ab\ncd here');
  });

  it('shows the end of a line at once, whatever it could begin', () => {
    const masker = createMasker(['secret-value-1']);
    expect(masker.push(Buffer.from('this is sec\n')).toString()).to.equal('this is sec\n');
  });

  it('shows no more than three characters of a secret that is folded after them', () => {
    const masker = createMasker(['secret-value-1']);
    expect(masker.push(Buffer.from('sec\n')).toString()).to.equal('sec\n');
    expect(Buffer.concat([masker.push(Buffer.from('ret-value-1 x\n')), masker.flush()]).toString()).to.equal(`${maskText} x\n`);
  });

  it('of several lines leaves what stands in any log: short lines, keys alone, common words, and their base64', () => {
    const kubeconfig = ['apiVersion: v1', 'kind: Config', 'users:', '- name: admin', '  user:', '    token: s3cr3t-T0ken-9', 'current-context: default', 'enabled: true', 'true'].join('\n'); // prettier-ignore
    const lines = ['true', 'users:', 'user:', 'kind: Config', 'apiVersion: v1', 'current-context: default', 'enabled: true'];
    for (const line of [...lines, ...lines.map((text) => Buffer.from(text).toString('base64'))])
      expect(maskString(line, [kubeconfig])).to.equal(line);
    expect(maskString('token: s3cr3t-T0ken-9', [kubeconfig])).to.equal(maskText);
    expect(maskString('    token: s3cr3t-T0ken-9', [kubeconfig])).to.include(maskText);
    expect(maskString(kubeconfig, [kubeconfig])).to.equal(maskText);
  });

  it('costs the forms of a long key little memory', () => {
    const key = Array.from({ length: 50 }, (_, line) => `${line}-${'AbC9+/xyz'.repeat(7)}`).join('\n');
    const before = process.memoryUsage().arrayBuffers;
    createMasker([key]).push(Buffer.from('x'));
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(20e6);
  });
});
