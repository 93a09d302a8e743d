import { expect } from 'chai';
import { defaultPort, parseOptions } from '../../setup/options.mjs';

const defaults = { port: defaultPort, dataDir: '/clone/.drover', sample: true, agent: true, help: false };

describe('options of npm start', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[args: string[], options: object]> = [
    [[],                                                          {}],
    [['--port', '9000', '--data', '/d'],                          { port: 9000, dataDir: '/d' }],
    [['--port=0', '--no-sample', '--no-agent'],                   { port: 0, sample: false, agent: false }],
    [['--help'],                                                  { help: true }],
  ];
  for (const [args, options] of cases) {
    it(`[${args.join(' ')}] are read, with defaults for the rest`, () => {
      expect(parseOptions(args, '/clone')).to.deep.equal({ ...defaults, ...options });
    });
  }

  // prettier-ignore
  const faults: ReadonlyArray<[args: string[], sentence: RegExp]> = [
    [['--port', 'abc'],  /^a port is a whole number from 0 to 65535, not “abc”$/],
    [['--port', '1e3'],  /not “1e3”/],
    [['--port', '70000'], /not “70000”/],
    [['--bogus'],        /^Unknown option '--bogus'.*--help$/],
    [['--data'],         /argument missing.*--help$/],
    [['extra'],          /not “extra”: see npm start -- --help$/],
  ];
  for (const [args, sentence] of faults) {
    it(`[${args.join(' ')}] is refused in one sentence`, () => {
      expect(() => parseOptions(args, '/clone')).to.throw(sentence);
    });
  }
});
