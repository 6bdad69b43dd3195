import ts from 'typescript';
import { type Call, type Callee, Calls } from './calls.js';
import { pathOf, placeOf, type Sources } from './program.js';
import { choicesOf, gap, hole, inFrame, normalized, TextReader } from './texts.js';

/** A message that users may see. */
export interface Message {
  /** As printed, with a gap for each part that differs. */
  text: string;
  /** Where it is made. */
  places: string[];
}

/** A place that makes a message out of something that can't be read from the sources. */
export interface Unread {
  file: string;
  /** What it is made of, as written; with gaps in a template. */
  expression: string;
  place: string;
}

/** A function that is handed messages, told by its name, since what it does with them can't be read. */
export interface Teller {
  /** Only in this file; in every one where there is none. */
  file?: string;
  name: string;
  /** On what it is called, as written; on anything where there is none. */
  on?: string;
  /** Which of its arguments is the message. */
  argument: number;
}

/** Part of a file that holds messages as plain texts: a function, constant or property by its name. */
export interface Holder {
  file: string;
  name: string;
}

export interface Declared {
  tellers: readonly Teller[];
  holders: readonly Holder[];
}

export interface Found {
  messages: Message[];
  unread: Unread[];
  /** What was declared and is not there any more. */
  idle: (Teller | Holder)[];
}

/**
 * Collects the messages of all errors that the sources make, those that tellers are handed, and those of holders.
 *
 * A function or a constructor that only passes on a text that it was handed is followed to those that call it.
 */
export function collectMessages(sources: Sources, declared: Declared): Found {
  return new Collector(sources, declared).collect();
}

/** One argument of a function is a message, or the telling part of one. */
interface Sink {
  callee: Callee;
  argument: number;
  frame: string;
}

class Collector {
  readonly #calls: Calls;
  readonly #reader: TextReader;
  readonly #messages = new Map<string, Set<string>>();
  readonly #unread = new Map<string, Unread>();
  readonly #seen = new Set<string>();
  readonly #open: Sink[] = [];
  /** Declared ones that are not there. */
  readonly #idle: Set<Teller | Holder>;

  constructor(
    private readonly sources: Sources,
    private readonly declared: Declared,
  ) {
    this.#calls = new Calls(sources);
    this.#reader = new TextReader(this.#calls);
    this.#idle = new Set([...declared.tellers, ...declared.holders]);
  }

  collect(): Found {
    for (const file of this.sources.files) this.#visit(file);
    this.#follow({ callee: 'Error', argument: 0, frame: hole });
    for (let sink = this.#open.pop(); sink; sink = this.#open.pop()) this.#drain(sink);
    return {
      messages: [...this.#messages].map(([text, places]) => ({ text, places: [...places] })),
      unread: [...this.#unread.values()],
      idle: [...this.#idle],
    };
  }

  /** Looks for tellers and holders. */
  #visit(node: ts.Node): void {
    const teller = ts.isCallExpression(node) && this.declared.tellers.find((each) => isCallOf(each, node));
    if (teller) {
      this.#idle.delete(teller);
      this.#take(node.arguments[teller.argument], hole, node);
    }
    const holder = this.declared.holders.find((each) => isHolder(each, node));
    if (holder) this.#takeAll(node, holder);
    else ts.forEachChild(node, (child) => this.#visit(child));
  }

  #takeAll(node: ts.Node, holder: Holder): void {
    if (ts.isExpression(node) && isWritten(node)) {
      for (const text of choicesOf(node).filter(isSentence)) {
        this.#add(normalized(text), node);
        this.#idle.delete(holder);
      }
    } else ts.forEachChild(node, (child) => this.#takeAll(child, holder));
  }

  #follow(sink: Sink): void {
    const { callee, argument, frame } = sink;
    const where = callee === 'Error' ? callee : placeOf(callee);
    const id = `${where} ${argument} ${frame}`;
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    this.#open.push(sink);
  }

  #drain({ callee, argument, frame }: Sink): void {
    const { calls, doubtful } = this.#calls.usesOf(callee);
    for (const call of calls) this.#take(call.arguments?.[argument], frame, call);
    for (const name of doubtful) if (!this.#isTold(name)) this.#doubt(name.parent, name);
  }

  /** Whether a use is one of a teller. */
  #isTold({ parent }: ts.Node): boolean {
    const call = ts.isCallExpression(parent) ? parent : parent.parent;
    return ts.isCallExpression(call) && this.declared.tellers.some((each) => isCallOf(each, call));
  }

  #take(expression: ts.Expression | undefined, frame: string, call: Call): void {
    if (!expression || ts.isSpreadElement(expression)) {
      this.#doubt(call, call);
      return;
    }
    const { texts, holes, unreadable } = this.#reader.read(expression);
    for (const text of texts.filter(hasLetters)) this.#add(normalized(inFrame(frame, text)), call);
    for (const { parameter, frame: inner } of holes) {
      const callee = parameter.parent;
      const argument = callee.parameters.indexOf(parameter);
      if (ts.isSetAccessor(callee) || isCallback(callee)) this.#doubt(expression, call);
      else this.#follow({ callee, argument, frame: inFrame(frame, inner) });
    }
    for (const each of unreadable) this.#doubt(each, call);
  }

  #add(text: string, at: ts.Node): void {
    const places = this.#messages.get(text) ?? new Set();
    this.#messages.set(text, places.add(placeOf(at)));
  }

  #doubt(expression: ts.Node, at: ts.Node): void {
    const file = pathOf(at.getSourceFile());
    const text = expression
      .getText()
      .replace(/\s+/g, ' ')
      .replace(/\$\{[^}]*\}/g, gap);
    this.#unread.set(`${file} ${text}`, { file, expression: text, place: placeOf(at) });
  }
}

/** A function without a name is called by somebody else. */
function isCallback(callee: ts.SignatureDeclaration): boolean {
  return (
    (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) &&
    !ts.isVariableDeclaration(callee.parent)
  );
}

function isCallOf({ file, name, on }: Teller, call: ts.CallExpression): boolean {
  const { expression } = call;
  if (file !== undefined && pathOf(call.getSourceFile()) !== file) return false;
  if (!ts.isPropertyAccessExpression(expression)) return on === undefined && expression.getText() === name;
  const isOnIt = on === undefined || expression.expression.getText().endsWith(on);
  return isOnIt && expression.name.text === name;
}

function isHolder({ file, name }: Holder, node: ts.Node): boolean {
  const isDeclaration =
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isPropertyAssignment(node);
  return isDeclaration && node.name?.getText() === name && pathOf(node.getSourceFile()) === file;
}

/** What is put together of gaps alone, or of nothing, is no message. */
function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text);
}

/** Whether a plain text in a holder is a message, or a part of one: names and joints are none. */
function isSentence(text: string): boolean {
  return text.includes(' ') && /\p{L}{3,}/u.test(text);
}

function isWritten(node: ts.Expression): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}
