import { assert } from 'chai';
import { indexed, parseLine, plainStyle, plainText, rgb, type TextStyle } from './ansi.js';

const esc = '\u001b';
const sgr = (codes: string): string => `${esc}[${codes}m`;
const styles = (text: string): [string, Partial<TextStyle>][] =>
  parseLine(text).spans.map(({ text: words, style }) => [
    words,
    Object.fromEntries(Object.entries(style).filter(([, value]) => value !== undefined && value !== false)),
  ]);

describe('V4 ANSI colours', () => {
  // prettier-ignore
  const cases: [title: string, text: string, spans: [string, Partial<TextStyle>][]][] = [
    ['leaves plain text alone',             'make all',                                   [['make all', {}]]],
    ['knows the sixteen',                   `${sgr('31')}a${sgr('94')}b`,                 [['a', { foreground: 1 }], ['b', { foreground: 12 }]]],
    ['knows grounds',                       `${sgr('41;103')}a`,                          [['a', { background: 11 }]]],
    ['knows bold and its end',              `${sgr('1')}a${sgr('22')}b`,                  [['a', { bold: true }], ['b', {}]]],
    ['resets on an empty code',             `${sgr('1;31')}a${sgr('')}b`,                 [['a', { bold: true, foreground: 1 }], ['b', {}]]],
    ['knows the 256',                       `${sgr('38;5;196')}a`,                        [['a', { foreground: rgb(255, 0, 0) }]]],
    ['keeps the first sixteen of the 256',  `${sgr('38;5;2')}a`,                          [['a', { foreground: 2 }]]],
    ['knows true colours',                  `${sgr('38;2;1;2;3;48;2;4;5;6')}a`,           [['a', { foreground: rgb(1, 2, 3), background: rgb(4, 5, 6) }]]],
    ['knows colons with a colour space',    `${sgr('38:2::1:2:3')}a`,                     [['a', { foreground: rgb(1, 2, 3) }]]],
    ['continues after an extended colour',  `${sgr('38;5;2;1')}a`,                        [['a', { foreground: 2, bold: true }]]],
    ['ignores values out of range',         `${sgr('38;5;999')}a`,                        [['a', {}]]],
    ['ignores codes it does not know',      `${sgr('31;77')}a`,                           [['a', { foreground: 1 }]]],
    ['joins spans of one style',            `${sgr('31')}a${sgr('31')}b`,                 [['ab', { foreground: 1 }]]],
  ];
  for (const [title, text, spans] of cases) it(title, () => assert.deepEqual(styles(text), spans));

  it('carries its style to the next line', () => {
    const first = parseLine(`${sgr('32')}green`);
    assert.equal(parseLine('still', first.end).spans[0]?.style.foreground, 2);
  });

  it('spans the cube and the greys', () => {
    assert.deepEqual(
      [indexed(16), indexed(231), indexed(232), indexed(255)],
      [rgb(0, 0, 0), rgb(255, 255, 255), rgb(8, 8, 8), rgb(238, 238, 238)],
    );
  });
});

describe('V4 only colours act', () => {
  // prettier-ignore
  const cases: [title: string, text: string, shown: string][] = [
    ['takes cursor movements out',              `a${esc}[2J${esc}[10;10Hb`,                        'ab'],
    ['takes private modes out',                 `${esc}[?25la${esc}[?25h`,                         'a'],
    ['takes a title out',                       `${esc}]0;owned\u0007a`,                           'a'],
    ['keeps the words of a hyperlink',          `${esc}]8;;http://x\u001b\\link${esc}]8;;\u001b\\`, 'link'],
    ['takes device strings out',                `${esc}P1$q"p${esc}\\a`,                           'a'],
    ['takes two-byte escapes out',              `${esc}7a${esc}8${esc}(Bb${esc}c`,                 'ab'],
    ['does not swallow a line after a title without an end', `${esc}]0;no end`,                    '0;no end'],
    ['drops an escape at the end',              `a${esc}`,                                         'a'],
    ['drops other control characters',          'a\u0000\u0007\u0008b\u007f\u009bc',               'abc'],
    ['keeps tabs',                              'a\tb',                                            'a\tb'],
    ['does not take a colour with a marker',    `${esc}[>4;2ma`,                                   'a'],
  ];
  for (const [title, text, shown] of cases) it(title, () => assert.equal(plainText(text), shown));
});

describe('V4 progress lines', () => {
  // prettier-ignore
  const cases: [title: string, text: string, shown: string][] = [
    ['shows the last state',                   ' 10 %\r 60 %\r100 %',             '100 %'],
    ['leaves a line end of two characters',    'done\r',                          'done'],
    ['keeps the text when nothing follows',    ' 10 %\r100 %\r\r',                '100 %'],
    ['keeps it when only a sequence follows',  `100 %\r${esc}[K`,                 '100 %'],
    ['starts over with words',                 `fetching\r${esc}[Kfetched`,       'fetched'],
  ];
  for (const [title, text, shown] of cases) it(title, () => assert.equal(plainText(text), shown));

  it('keeps the colour that was set before the return', () => {
    assert.deepEqual(parseLine(`${sgr('33')}10\r20`).spans, [{ text: '20', style: { ...plainStyle, foreground: 3 } }]);
  });
});
