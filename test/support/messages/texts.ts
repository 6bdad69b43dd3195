import ts from 'typescript';
import type { Calls } from './calls.js';

/** What stands for the parts of a message that differ from one time to the next. */
export const gap = '…';

/** What an expression can turn out to be, as far as the sources tell. */
export interface Reading {
  /** Messages, with gaps. */
  texts: string[];
  /** Parameters of functions that hold the message; `frame` is what is put around it, with one `\0` for it. */
  holes: { parameter: ts.ParameterDeclaration; frame: string }[];
  /** What can't be told. */
  unreadable: ts.Expression[];
}

/** Where in a frame the text goes. */
export const hole = '\0';

/** Reads what messages an expression can be. */
export class TextReader {
  /** Functions that are being read: one that calls itself adds nothing. */
  readonly #within = new Set<ts.Node>();

  constructor(private readonly calls: Calls) {}

  read(expression: ts.Expression): Reading {
    if (ts.isStringLiteralLike(expression)) return textOf(expression.text);
    if (ts.isTemplateExpression(expression)) return this.#template(expression);
    if (
      ts.isParenthesizedExpression(expression) ||
      ts.isAsExpression(expression) ||
      ts.isNonNullExpression(expression) ||
      ts.isAwaitExpression(expression)
    )
      return this.read(expression.expression);
    if (ts.isConditionalExpression(expression))
      return both(this.read(expression.whenTrue), this.read(expression.whenFalse));
    if (ts.isBinaryExpression(expression)) return this.#binary(expression);
    if (expression.kind === ts.SyntaxKind.NullKeyword || expression.getText() === 'undefined')
      return nothing();
    if (ts.isIdentifier(expression)) return this.#name(expression);
    if (ts.isCallExpression(expression)) return this.#call(expression);
    return unreadable(expression);
  }

  #binary(expression: ts.BinaryExpression): Reading {
    const { left, right, operatorToken } = expression;
    switch (operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return this.#joined(['', '', ''], [left, right], expression);
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.BarBarToken:
        return both(this.read(left), this.read(right));
      default:
        return unreadable(expression);
    }
  }

  #template(template: ts.TemplateExpression): Reading {
    const fixed = [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
    return this.#joined(
      fixed,
      template.templateSpans.map(({ expression }) => expression),
      template,
    );
  }

  /** Fixed texts with expressions between them. Where these say nothing, what is said stands last, after its place. */
  #joined(fixed: readonly string[], between: readonly ts.Expression[], whole: ts.Expression): Reading {
    const texts = combined(fixed, between.map(choicesOf)).map(normalized);
    const last = between.at(-1);
    if (!last || texts.some(isTelling)) return { ...nothing(), texts };
    const before = fixed.slice(0, -1).join(gap);
    const { texts: told, holes, unreadable: unknown } = this.read(last);
    const inside = (text: string) => before + text + (fixed.at(-1) ?? '');
    const said = told.filter(isTelling).map((text) => normalized(inside(text)));
    const isAllKnown = unknown.length === 0 && said.length + holes.length > 0;
    return {
      texts: said,
      holes: holes.map((each) => ({ ...each, frame: inside(each.frame) })),
      unreadable: isAllKnown ? [] : [whole],
    };
  }

  #name(name: ts.Identifier): Reading {
    for (const declaration of this.calls.declarationsOf(name)) {
      if (ts.isParameter(declaration))
        return { ...nothing(), holes: [{ parameter: declaration, frame: hole }] };
      const isFixedName =
        ts.isVariableDeclaration(declaration) && ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
      if (isFixedName && declaration.initializer) return orItself(this.read(declaration.initializer), name);
    }
    return unreadable(name);
  }

  #call(call: ts.CallExpression): Reading {
    const name = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
    const callee = this.calls.functionOf(name);
    const body = callee && 'body' in callee ? callee.body : undefined;
    if (!body || this.#within.has(body)) return body ? nothing() : unreadable(call);
    this.#within.add(body);
    const returned = ts.isBlock(body) ? returnsOf(body) : [body as ts.Expression];
    const reading = returned.map((each) => this.read(each)).reduce(both, nothing());
    this.#within.delete(body);
    // What the callee was given is not what it says.
    return orItself({ ...reading, holes: [] }, call, reading.holes.length > 0);
  }
}

/** Whether a text says something by itself, whatever is put into its gaps. */
export function isTelling(text: string): boolean {
  return /\p{L}{4,}/u.test(text);
}

/** With one gap for several in a row, and without what joins it to what stands before it. */
export function normalized(text: string): string {
  return text.replace(/…+/g, gap).replace(/^; /, '').trim();
}

/** Puts a text where the frame has its hole. */
export function inFrame(frame: string, text: string): string {
  return frame.replace(hole, () => text);
}

function combined(fixed: readonly string[], between: readonly string[][]): string[] {
  return between.reduce(
    (starts, choices, index) =>
      starts.flatMap((start) => choices.map((choice) => start + choice + (fixed[index + 1] ?? ''))),
    [fixed[0] ?? ''],
  );
}

/** The texts that an expression writes out; a gap where it writes none. */
export function choicesOf(expression: ts.Expression): string[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isParenthesizedExpression(expression)) return choicesOf(expression.expression);
  if (ts.isConditionalExpression(expression))
    return [...choicesOf(expression.whenTrue), ...choicesOf(expression.whenFalse)];
  if (isSum(expression)) return combined(['', '', ''], [expression.left, expression.right].map(choicesOf));
  const coloured = colouredText(expression);
  if (coloured) return choicesOf(coloured);
  if (!ts.isTemplateExpression(expression)) return [gap];
  const { head, templateSpans } = expression;
  return combined(
    [head.text, ...templateSpans.map(({ literal }) => literal.text)],
    templateSpans.map((span) => choicesOf(span.expression)),
  );
}

function isSum(expression: ts.Expression): expression is ts.BinaryExpression {
  return ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

/** A colour changes nothing of the text it is given. */
function colouredText(expression: ts.Expression): ts.Expression | undefined {
  const isColour = ts.isCallExpression(expression) && expression.expression.getText().startsWith('chalk.');
  return isColour ? expression.arguments[0] : undefined;
}

function returnsOf(body: ts.Block): ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function nothing(): Reading {
  return { texts: [], holes: [], unreadable: [] };
}

function textOf(text: string): Reading {
  return { ...nothing(), texts: [normalized(text)] };
}

function unreadable(expression: ts.Expression): Reading {
  return { ...nothing(), unreadable: [expression] };
}

/** What was not to be told of a name's value is told of the name, where the reader finds it. */
function orItself(reading: Reading, name: ts.Expression, isPartly = false): Reading {
  return reading.unreadable.length > 0 || isPartly ? { ...reading, unreadable: [name] } : reading;
}

function both(one: Reading, other: Reading): Reading {
  return {
    texts: [...one.texts, ...other.texts],
    holes: [...one.holes, ...other.holes],
    unreadable: [...one.unreadable, ...other.unreadable],
  };
}
