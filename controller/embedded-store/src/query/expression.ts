import { Context } from 'mingo';
import { evalExpr, ProcessingMode } from 'mingo/core';
import * as accumulator from 'mingo/operators/accumulator';
import * as expression from 'mingo/operators/expression';

import { toPlain, toPlainDoc } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import { CommandError } from '../command-error.js';

const context = Context.init({ expression, accumulator });

/** The value of an aggregation expression for a document; a faulty expression is refused, never ignored. */
export function evaluateExpression(formula: unknown, { doc, variables }: { doc: Doc; variables?: Doc | undefined }): unknown {
  try {
    return evalExpr(toPlainDoc(doc), toPlain(formula), {
      idKey: '_id',
      processingMode: ProcessingMode.CLONE_OFF,
      useStrictMode: true,
      scriptEnabled: false,
      failOnError: true,
      context,
      ...(variables ? { variables: toPlainDoc(variables) } : {}),
    });
  } catch (error) {
    throw new CommandError('BadValue', `expression failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whether an expression gives anything but false, null, zero or nothing. */
export function expressionHolds(formula: unknown, input: { doc: Doc; variables?: Doc | undefined }): boolean {
  const result = evaluateExpression(formula, input);
  return result !== false && result !== null && result !== undefined && result !== 0;
}
