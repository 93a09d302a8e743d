import { Problem, problemStatus, productVersion } from '@drover/protocol';
import type { TProperties, TSchema } from '@sinclair/typebox';
import { sessionCookie } from '../../../shared/credentials.js';
import { idempotencyHeader } from '../idempotency.js';
import type { ResponseRule, Route } from '../route.js';
import { createSchemaWriter } from './components.js';

type Json = Readonly<Record<string, unknown>>;
type Writer = ReturnType<typeof createSchemaWriter>;

/** O1: the OpenAPI 3.1 document of the route tables. `named` become components. */
export function openApiDocument(routes: readonly Route[], named: Readonly<Record<string, TSchema>>): Json {
  const writer = createSchemaWriter({ ...named, Problem });
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operations = (paths[openApiPath(route.path)] ??= {});
    operations[route.method.toLowerCase()] = operationOf(route, writer);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Drover',
      version: productVersion,
      description: 'Runner farm: pipelines, runs, agents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: writer.components(),
      responses: {
        Problem: {
          description: 'A refusal, as RFC 9457 problem details.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        token: { type: 'http', scheme: 'bearer', description: 'An API token of a user.' },
        machine: { type: 'http', scheme: 'bearer', description: 'The machine token of an agent.' },
      },
    },
  };
}

/** `/a/:b` → `/a/{b}`; `/a/*rest` → `/a/{rest}`. */
export const openApiPath = (path: string): string => path.replace(/[:*](\w+)/g, '{$1}');

function operationOf(route: Route, writer: Writer): Json {
  const parameters = [
    ...parametersOf(route.params, 'path', writer),
    ...parametersOf(route.query, 'query', writer),
    ...parametersOf(route.headers, 'header', writer),
    ...(route.idempotency === 'none' || idempotencyHeader in route.headers
      ? []
      : [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', minLength: 1, maxLength: 200 } }]),
  ];
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body.kind !== 'none' && { requestBody: bodyOf(route, writer) }),
    responses: responsesOf(route, writer),
  };
}

function securityOf(route: Route): readonly Json[] {
  if (route.access === 'public') return [];
  if (route.access === 'agent') return [{ machine: [] }];
  return route.tokenScope === 'session' ? [{ session: [] }] : [{ session: [] }, { token: [] }];
}

function parametersOf(properties: TProperties, where: 'path' | 'query' | 'header', writer: Writer): readonly Json[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || !isOptional(schema),
    schema: writer.schema(schema),
  }));
}

const isOptional = (schema: TSchema): boolean =>
  Object.getOwnPropertySymbols(schema).some((symbol) => symbol.description === 'TypeBox.Optional');

function bodyOf({ body }: Route, writer: Writer): Json {
  if (body.kind === 'json')
    return { required: body.mayBeAbsent !== true, content: { 'application/json': { schema: writer.schema(body.schema) } } };
  const contentType = (body.kind === 'stream' ? body.contentType : undefined) ?? 'application/octet-stream';
  return { required: true, content: { [contentType]: { schema: { type: 'string', format: 'binary' } } } };
}

function responsesOf(route: Route, writer: Writer): Json {
  const responses: Record<string, unknown> = {};
  for (const [status, rule] of Object.entries(route.responses)) responses[status] = responseOf(rule, writer);
  for (const status of refusalsOf(route)) responses[status] ??= { $ref: '#/components/responses/Problem' };
  return { ...responses, default: { $ref: '#/components/responses/Problem' } };
}

function responseOf(rule: ResponseRule, writer: Writer): Json {
  const description = rule.description ?? 'Done.';
  if ('schema' in rule) return { description, content: { 'application/json': { schema: writer.schema(rule.schema) } } };
  if ('contentType' in rule) return { description, content: { [rule.contentType]: { schema: { type: 'string' } } } };
  return { description };
}

/** The refusals that the framework itself makes on such a route; the handlers' own stand under `default`. */
function refusalsOf(route: Route): readonly number[] {
  const protectedRoute = route.access !== 'public';
  return [
    problemStatus.invalidInput,
    ...(protectedRoute ? [problemStatus.unauthenticated, problemStatus.forbidden] : []),
    ...(typeof route.access === 'object' ? [problemStatus.notFound] : []),
    ...(route.body.kind === 'none' ? [] : [problemStatus.payloadTooLarge, problemStatus.unsupportedMediaType]),
  ];
}
