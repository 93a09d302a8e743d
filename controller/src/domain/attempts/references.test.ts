import { assert } from 'chai';
import { referencesIn, substitute } from './references.js';

describe('P7 references', () => {
  const values: Readonly<Record<string, string>> = { name: 'orders', version: '1.2', nested: '${name}', money: '$&' };
  const valueOf = (name: string): string | undefined => (Object.hasOwn(values, name) ? values[name] : undefined);

  // prettier-ignore
  const cases: ReadonlyArray<[text: string, result: string]> = [
    ['plain',                    'plain'],
    ['${name}-${version}.tgz',   'orders-1.2.tgz'],
    ['$${name}',                 '${name}'],
    ['$$${name}',                '$${name}'],
    ['$name ${ } $ {name} ${',   'unknown  '],
    ['${nested}',                '${name}'],
    ['${money}',                 '$&'],
    ['${constructor}',           'unknown constructor'],
    ['${}',                      'unknown '],
    ['a ${missing} b ${other}',  'unknown missing'],
  ];
  for (const [text, result] of cases) {
    it(`makes “${result}” of “${text}”`, () => {
      const answer = substitute(text, valueOf);
      assert.equal(answer.ok ? answer.text : `unknown ${answer.reference}`, result);
    });
  }

  it('names what a text refers to, literals left out', () => {
    assert.deepEqual(referencesIn('${a} $${b} ${c}${a}'), ['a', 'c', 'a']);
  });
});
