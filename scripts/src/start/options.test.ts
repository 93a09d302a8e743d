import { expect } from 'chai';
import { defaultPort, parseOptions } from './options.js';

describe('options of npm start', () => {
  it('have defaults that need no word: the usual port, a folder in the clone, an agent and the sample', () => {
    expect(parseOptions([], '/clone')).to.deep.equal({ port: defaultPort, dataDir: '/clone/.drover', sample: true, agent: true });
  });

  it('take port, data folder, and what is left out', () => {
    expect(parseOptions(['--port', '9000', '--data', '/d', '--no-sample', '--no-agent'], '/clone')).to.deep.equal({
      port: 9000,
      dataDir: '/d',
      sample: false,
      agent: false,
    });
  });
});
