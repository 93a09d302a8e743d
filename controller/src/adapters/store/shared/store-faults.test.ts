import { expect } from 'chai';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { storeFaultOf } from './store-faults.js';

describe('O1 what the store could not do now', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, error: unknown, fault: ReturnType<typeof storeFaultOf>]> = [
    ['is a full disk by its code',           new MongoServerError({ code: 14_031, message: 'full' }),                        'storageFull'],
    ['is an absence when the link is cut',   new MongoNetworkError('cut'),                                                  'unavailable'],
    ['is found behind another error',        new Error('the run', { cause: new MongoServerError({ code: 14_031 }) }),       'storageFull'],
    ['is damage by its code',                new MongoServerError({ code: 246, message: 'damaged' }),                       'damaged'],
    ['is a majority that took too long',     new MongoServerError({ code: 64, message: 'waiting' }),                        'unavailable'],
    ['is a disk without space or inodes',    Object.assign(new Error('no space'), { code: 'ENOSPC' }),                      'storageFull'],
    ['is a quota that is used up',           new Error('the log', { cause: Object.assign(new Error('q'), { code: 'EDQUOT' }) }), 'storageFull'],
    ['is too many open files',               Object.assign(new Error('too many open files'), { code: 'EMFILE' }),           'unavailable'],
    ['is not a double key',                  new MongoServerError({ code: 11_000, message: 'double' }),                     undefined],
    ['is not any error',                     new TypeError('undefined is not a function'),                                  undefined],
  ];
  for (const [title, error, fault] of cases) it(title, () => expect(storeFaultOf(error)).to.equal(fault));
});
