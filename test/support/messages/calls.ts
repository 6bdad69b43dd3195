import ts from 'typescript';
import type { Sources } from './program.js';

/** What can be called: a function, method or constructor of the sources, or `Error` for the language's own errors. */
export type Callee = ts.SignatureDeclaration | 'Error';

/** A call, `new` or `super(…)`. */
export type Call = ts.CallExpression | ts.NewExpression;

/** Where something is called, and names of it whose use can't be followed. */
export interface Uses {
  calls: Call[];
  doubtful: ts.Node[];
}

const errorNames = new Set(['Error', 'RangeError', 'TypeError', 'SyntaxError']);

/** Tells what is called where. */
export class Calls {
  /** Names wherever they are used, by their text. */
  readonly #names = new Map<string, ts.Node[]>();
  /** `new` and `super(…)`, which call constructors. */
  readonly #constructions = new Map<Callee, Call[]>();

  constructor(private readonly sources: Sources) {
    for (const file of sources.files) this.#visit(file);
  }

  /** All uses of a function, method or constructor. */
  usesOf(callee: Callee): Uses {
    if (callee === 'Error' || ts.isConstructorDeclaration(callee))
      return { calls: this.#constructions.get(callee) ?? [], doubtful: [] };
    const uses: Uses = { calls: [], doubtful: [] };
    const own = nameOfFunction(callee);
    for (const name of (own && this.#names.get(own.getText())) || []) {
      if (name === own || isNoUse(name)) continue;
      const named = this.functionOf(name);
      // A method of another class, or a function of another file, with a body of its own.
      if (named && named !== callee && 'body' in named) continue;
      const call = callOf(name);
      if (named === callee && call) uses.calls.push(call);
      else if (named === callee || call) uses.doubtful.push(name);
    }
    return uses;
  }

  /** The function, method or constructor that a name stands for. */
  functionOf(name: ts.Node): ts.SignatureDeclaration | undefined {
    return this.declarationsOf(name).map(asFunction).find(Boolean);
  }

  /** Where a name is declared, behind its imports. */
  declarationsOf(name: ts.Node): readonly ts.Declaration[] {
    const { checker } = this.sources;
    const symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? checker.getShorthandAssignmentValueSymbol(name.parent)
      : checker.getSymbolAtLocation(name);
    const isImported = symbol && symbol.flags & ts.SymbolFlags.Alias;
    return (isImported ? checker.getAliasedSymbol(symbol) : symbol)?.declarations ?? [];
  }

  #visit(node: ts.Node): void {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) push(this.#names, node.text, node);
    else if (ts.isNewExpression(node)) this.#addConstruction(node, node.expression);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword)
      this.#addConstruction(node, baseOf(ts.findAncestor(node, ts.isClassLike)));
    ts.forEachChild(node, (child) => this.#visit(child));
  }

  #addConstruction(call: Call, of: ts.Expression | undefined): void {
    const callee = this.#constructorOf(of);
    if (callee !== undefined) push(this.#constructions, callee, call);
  }

  /** The constructor that runs: of the class itself, or of the nearest one above that has one. */
  #constructorOf(expression: ts.Expression | undefined): Callee | undefined {
    if (!expression) return undefined;
    const own = this.declarationsOf(expression).find(ts.isClassLike);
    if (!own) return errorNames.has(expression.getText()) ? 'Error' : undefined;
    return own.members.find(ts.isConstructorDeclaration) ?? this.#constructorOf(baseOf(own));
  }
}

/** The call that a name is called by, as `name(…)` or `owner.name(…)`. */
function callOf(name: ts.Node): Call | undefined {
  const { parent } = name;
  const whole = ts.isPropertyAccessExpression(parent) && parent.name === name ? parent : name;
  return ts.isCallExpression(whole.parent) && whole.parent.expression === whole ? whole.parent : undefined;
}

/** A name in an import or export that is not renamed there, a declared one, or one that only a type has. */
function isNoUse(name: ts.Node): boolean {
  const { parent } = name;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return parent.propertyName === undefined;
  if (ts.isParameter(parent) || ts.isBindingElement(parent) || ts.isVariableDeclaration(parent))
    return parent.name === name;
  return ts.isTypeQueryNode(parent);
}

function nameOfFunction(callee: ts.SignatureDeclaration): ts.Node | undefined {
  const { parent } = callee;
  if (callee.name) return callee.name;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name : undefined;
}

function baseOf(own: ts.ClassLikeDeclaration | undefined): ts.Expression | undefined {
  const clause = own?.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

function asFunction(declaration: ts.Declaration): ts.SignatureDeclaration | undefined {
  if (ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration)) {
    const { initializer } = declaration;
    return initializer && ts.isFunctionLike(initializer) ? initializer : undefined;
  }
  return ts.isFunctionLike(declaration) ? declaration : undefined;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
