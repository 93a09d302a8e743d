import { expect } from 'chai';
import { passwordWeakness, type PasswordWeakness } from './password-weakness.js';

describe('A5 passwords that are easy to guess', () => {
  // prettier-ignore
  const cases: ReadonlyArray<readonly [password: string, weakness: PasswordWeakness | undefined]> = [
    ['aaaaaaaaaa',           'pattern'],
    ['ababababab',           'pattern'],
    ['abcabcabcabc',         'pattern'],
    ['aaaaabbbbb',           'pattern'],
    ['aabbccddeeff',         'pattern'],
    ['1234567890',           'pattern'],
    ['0987654321',           'pattern'],
    ['12345678901234567890', 'pattern'],
    ['abcdefghijkl',         'pattern'],
    ['Qwertyuiop',           'pattern'],
    ['qwertyasdfgh',         'pattern'],
    ['poiuytrewq',           'pattern'],
    ['          ',           'pattern'],
    ['一一一一一一一一一一',   'pattern'],
    ['password12',           'common'],
    ['Password2024!',        'common'],
    ['P@ssw0rd1234',         'common'],
    ['passwordpassword',     'common'],
    ['!!!administrator',     'common'],
    ['1q2w3e4r5t',           'common'],
    ['iloveyou12345',        'common'],
    ['passwordadmin',        'common'],
    ['my-password-1',        'common'],
    ['p a s s w o r d',      'common'],
    ['Summer2026!',          'common'],
    ['drowssap123',          'common'],
    ['Пароль12345',          'common'],
    ['qazwsxedcrfv',         'common'],
    ['abcdabcd12',           'pattern'],
    ['1029384756',           'pattern'],
    ['24.12.1990',           'pattern'],
    ['margareta@m',          'name'],
    ['margareta1',           'name'],
    ['MargaretaMargareta',   'name'],
    ['2024margareta',        'name'],
    ['margareta-builds-it',  undefined],
    ['1029384756102938',     undefined],
    ['password of the day',  undefined],
    ['monday-is-fish-day',   undefined],
    ['correct horse',        undefined],
    ['hunter2hunter2',       undefined],
    ['a password of their own', undefined],
    ['kV9-tq2_Zw',           undefined],
    ['漓江春水绿如蓝梦回',     undefined],
  ];
  for (const [password, weakness] of cases)
    it(JSON.stringify(password), () => expect(passwordWeakness(password, ['margareta', 'M'])).to.equal(weakness));

  it('count a short name as any word', () => expect(passwordWeakness('al-in-wonderland', ['al'])).to.equal(undefined));
});
