import { assert } from 'chai';
import { admit, type AdmissionFacts } from './admission.js';

const facts: AdmissionFacts = {
  slots: 2,
  takenSlots: new Set(),
  isEnabled: true,
  isDraining: false,
  health: { healthy: true, reasons: [] },
  executors: ['shell'],
  isSampleOnly: false,
};
const offer = { executor: 'shell', sample: false } as const;

describe('G4 G14 admission of an offer', () => {
  // prettier-ignore
  const refusals: ReadonlyArray<[title: string, facts: Partial<AdmissionFacts>, code: string]> = [
    ['draining',                     { isDraining: true },                                        'agentDraining'],
    ['disabled',                     { isEnabled: false },                                        'agentDisabled'],
    ['without isolation',            { isSampleOnly: true },                                      'agentNoIsolation'],
    ['without the executor',         { executors: ['docker'] },                                   'executorUnavailable'],
    ['unhealthy',                    { health: { healthy: false, reasons: [{ code: 'diskFull' }] } }, 'agentUnhealthy'],
    ['with all slots taken',         { takenSlots: new Set([0, 1]) },                             'agentNoFreeSlot'],
    ['with fewer slots than before', { takenSlots: new Set([3, 4]) },                             'agentNoFreeSlot'],
  ];
  for (const [title, changes, code] of refusals) {
    it(`is refused by an agent ${title}`, () => {
      const admission = admit(offer, { ...facts, ...changes });
      assert.isFalse(admission.ok);
      assert.equal(admission.ok ? '' : admission.reason.code, code);
    });
  }

  it('gives the lowest free slot', () => {
    assert.deepEqual(admit(offer, { ...facts, takenSlots: new Set([1]) }), { ok: true, slot: 0 });
    assert.deepEqual(admit(offer, { ...facts, takenSlots: new Set([0]) }), { ok: true, slot: 1 });
  });

  it('lets the sample run where tasks cannot be kept apart', () => {
    assert.isTrue(admit({ executor: 'shell', sample: true }, { ...facts, isSampleOnly: true }).ok);
  });
});
