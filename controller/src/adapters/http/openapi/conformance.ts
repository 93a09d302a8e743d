import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export interface RealAnswer {
  readonly method: string;
  /** With its query or without. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> }>
  >;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Compares real answers with the OpenAPI document; throws when one is not as documented. */
export function createConformanceCheck(document: object): (answer: RealAnswer) => void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'api');
  const validators = new Map<string, ValidateFunction>();
  const { paths } = document as { readonly paths: Paths };
  const templates = Object.keys(paths).map((template) => ({
    template,
    pattern: patternOf(template),
    variables: template.split('{').length,
  }));
  templates.sort((a, b) => a.variables - b.variables);

  const validatorOf = (pointer: string): ValidateFunction => {
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` });
    validators.set(pointer, validate);
    return validate;
  };

  return ({ method, path, status, contentType, body }) => {
    const plainPath = path.split('?')[0] ?? path;
    const template = templates.find(({ pattern }) => pattern.test(plainPath))?.template;
    const verb = method.toLowerCase();
    const operation = template === undefined ? undefined : paths[template]?.[verb];
    if (template === undefined || !operation) return mustBeProblem(validatorOf, { method, path, status, contentType, body });
    const key = String(status) in operation.responses ? String(status) : 'default';
    const response = operation.responses[key];
    if (status >= 400) return mustBeProblem(validatorOf, { method, path, status, contentType, body });
    if (key === 'default') throw new Error(`${method} ${path} answered ${status}, which is not documented`);
    const type = (contentType ?? '').split(';')[0] ?? '';
    const documented = Object.keys(response?.content ?? {});
    if (documented.length === 0) return;
    if (!documented.includes(type)) throw new Error(`${method} ${path} answered ${type}; documented: ${documented.join(', ')}`);
    if (type !== 'application/json') return;
    const pointer = ['', 'paths', template, verb, 'responses', key, 'content', type, 'schema'].map(escape).join('/');
    const validate = validatorOf(pointer);
    if (!validate(body))
      throw new Error(
        `${method} ${path} answered ${status} not as documented: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body).slice(0, 2_000)}`,
      );
  };
}

function mustBeProblem(validatorOf: (pointer: string) => ValidateFunction, { method, path, status, contentType, body }: RealAnswer): void {
  if (!contentType?.startsWith('application/problem+json'))
    throw new Error(`${method} ${path} answered ${status} as ${contentType}, not as a problem detail`);
  const validate = validatorOf('/components/schemas/Problem');
  if (!validate(body)) throw new Error(`${method} ${path} answered ${status} with no proper problem detail: ${JSON.stringify(body)}`);
}

const escape = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);
