import type { IncomingHttpHeaders } from 'node:http';
import { expect } from 'chai';
import { credentialsOf, pageOriginOf, type Credentials, type PageOrigin } from './credentials.js';

describe('A4 one reader of who asks', () => {
  const cookie = 'drover_session=abc';
  // prettier-ignore
  const cases: ReadonlyArray<readonly [title: string, headers: IncomingHttpHeaders, read: Credentials]> = [
    ['nothing',                          {},                                                   { type: 'none' }],
    ['a cookie',                         { cookie },                                           { type: 'session', session: 'abc' }],
    ['a bearer token',                   { authorization: 'Bearer t0ken' },                    { type: 'bearer', bearer: 't0ken' }],
    ['a bearer token in small letters',  { authorization: 'bearer  t0ken' },                   { type: 'bearer', bearer: 't0ken' }],
    ['a token beside a cookie',          { authorization: 'Bearer t0ken', cookie },            { type: 'bearer', bearer: 't0ken' }],
    ['Basic beside a cookie',            { authorization: 'Basic YTpi', cookie },              { type: 'session', session: 'abc' }],
    ['an empty token beside a cookie',   { authorization: 'Bearer ', cookie },                 { type: 'unreadable' }],
    ['the word alone beside a cookie',   { authorization: 'Bearer', cookie },                  { type: 'unreadable' }],
    ['two words beside a cookie',        { authorization: 'Bearer a b', cookie },              { type: 'unreadable' }],
    ['letters that no token has',        { authorization: 'Bearer tökén', cookie },            { type: 'unreadable' }],
    ['a token after a tab',              { authorization: 'Bearer\tt0ken', cookie },           { type: 'unreadable' }],
    ['a token that is too long',         { authorization: `Bearer ${'a'.repeat(501)}`, cookie }, { type: 'unreadable' }],
    ['a word that begins with bearer',   { authorization: 'BearerX t0ken', cookie },           { type: 'session', session: 'abc' }],
  ];
  for (const [title, headers, read] of cases) it(title, () => expect(credentialsOf(headers)).to.deep.equal(read));
});

describe('A4 one reader of which page asks', () => {
  const own = 'https://drover.example';
  // prettier-ignore
  const cases: ReadonlyArray<readonly [title: string, headers: IncomingHttpHeaders, read: PageOrigin]> = [
    ['no page',                     { host: 'drover.example' },                                    'unnamed'],
    ['a page of another site',      { host: 'drover.example', origin: 'https://evil.example' },    'foreign'],
    ['a page without an address',   { host: 'drover.example', origin: 'null' },                    'foreign'],
    ['a page from a file',          { host: '', origin: 'file:///index.html' },                    'foreign'],
    ['the public address',          { host: 'internal:8080', origin: own },                        'own'],
    ['the host it was sent to',     { host: 'Internal:8080', origin: 'http://internal:8080' },     'own'],
    ['another port',                { host: 'internal:8080', origin: 'http://internal:8081' },     'foreign'],
    ['another site, by the browser', { host: 'drover.example', 'sec-fetch-site': 'cross-site' },   'foreign'],
    ['a sister site, by the browser', { host: 'drover.example', 'sec-fetch-site': 'same-site' },   'foreign'],
    ['this site, by the browser',   { host: 'drover.example', 'sec-fetch-site': 'same-origin' },   'unnamed'],
  ];
  for (const [title, headers, read] of cases) it(title, () => expect(pageOriginOf(headers, own)).to.equal(read));
});
