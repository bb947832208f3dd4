import { reservedWords } from './reserved-words.ts';
import {
  type Comparator,
  type Condition,
  type ConditionFunction,
  conditionFunctions,
  type Operand,
  type Path,
  type SetOperand,
  type UpdateAction,
} from './syntax.ts';
import { type ExpressionKind, expressionError, type Token, tokenize } from './tokens.ts';

/** Which `#name` and `:value` placeholders an expression mentions; unused ones are refused by DynamoDB. */
export type Mentions = { readonly names: ReadonlySet<string>; readonly values: ReadonlySet<string> };

const comparators: ReadonlySet<string> = new Set<Comparator>(['=', '<>', '<', '<=', '>', '>=']);
const isComparator = (text: string): text is Comparator => comparators.has(text);
const isConditionFunction = (text: string): text is ConditionFunction =>
  conditionFunctions.some((name) => name === text);

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Section = (typeof sections)[number];

const maxOptions = 100;
const functionsInUpdates = new Set(['if_not_exists', 'list_append']);

export class ExpressionParser {
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  readonly #kind: ExpressionKind;
  readonly #definedNames: Readonly<Record<string, string>>;
  readonly #tokens: readonly Token[];
  #position = 0;
  /** The condition that the last closed parenthesis held, by which `((x))` is recognised. */
  #lastInParentheses: Condition | undefined;

  constructor(kind: ExpressionKind, text: string, definedNames: Readonly<Record<string, string>>) {
    this.#kind = kind;
    this.#definedNames = definedNames;
    this.#tokens = tokenize(kind, text);
  }

  condition(): Condition {
    const condition = this.#disjunction();
    this.#expectEnd();
    return condition;
  }

  projection(): Path[] {
    const paths = this.#list(() => this.#path());
    this.#expectEnd();
    return paths;
  }

  update(): UpdateAction[] {
    const actions: UpdateAction[] = [];
    const seen = new Set<Section>();
    while (this.#peek().kind !== 'end') {
      const section = sections.find((name) => this.#takeKeyword(name));
      if (section === undefined) throw this.#syntaxError();
      if (seen.has(section)) {
        throw this.#error(`The "${section}" section can only be used once in an update expression;`);
      }
      seen.add(section);
      actions.push(...this.#list(() => this.#action(section)));
    }
    return actions;
  }

  #action(section: Section): UpdateAction {
    const path = this.#path();
    if (section === 'REMOVE') return { kind: section, path };
    if (section !== 'SET') return { kind: section, path, value: this.#valueName() };
    this.#expect('=');
    return { kind: section, path, operand: this.#sum() };
  }

  #sum(): SetOperand {
    const left = this.#setOperand();
    const operator = this.#peek().text;
    if (operator !== '+' && operator !== '-') return left;
    this.#position += 1;
    return { kind: operator, left, right: this.#setOperand() };
  }

  #setOperand(): SetOperand {
    const token = this.#peek();
    if (this.#take('(')) {
      const operand = this.#sum();
      this.#expect(')');
      return operand;
    }
    if (token.kind === 'value') return { kind: 'value', name: this.#valueName() };
    if (this.#peek(1).text !== '(') return { kind: 'path', path: this.#path() };
    if (!functionsInUpdates.has(token.text)) throw this.#error(`Invalid function name; function: ${token.text}`);
    this.#position += 2;
    const operand = token.text === 'list_append' ? this.#listAppend() : this.#ifNotExists();
    this.#expect(')');
    return operand;
  }

  #listAppend(): SetOperand {
    const left = this.#setOperand();
    this.#expect(',');
    return { kind: 'list_append', left, right: this.#setOperand() };
  }

  #ifNotExists(): SetOperand {
    const path = this.#path();
    this.#expect(',');
    return { kind: 'if_not_exists', path, otherwise: this.#setOperand() };
  }

  #disjunction(): Condition {
    let left = this.#conjunction();
    while (this.#takeKeyword('OR')) left = { kind: 'or', left, right: this.#conjunction() };
    return left;
  }

  #conjunction(): Condition {
    let left = this.#negation();
    while (this.#takeKeyword('AND')) left = { kind: 'and', left, right: this.#negation() };
    return left;
  }

  #negation(): Condition {
    return this.#takeKeyword('NOT') ? { kind: 'not', inner: this.#negation() } : this.#primary();
  }

  #primary(): Condition {
    if (this.#take('(')) {
      const inner = this.#disjunction();
      this.#expect(')');
      if (inner === this.#lastInParentheses) throw this.#error('The expression has redundant parentheses;');
      this.#lastInParentheses = inner;
      return inner;
    }
    const token = this.#peek();
    if (this.#peek(1).text === '(' && token.text !== 'size') return this.#call(token.text);
    return this.#comparison();
  }

  #call(name: string): Condition {
    if (!isConditionFunction(name)) throw this.#error(`Invalid function name; function: ${name}`);
    this.#position += 2;
    const operands = this.#list(() => this.#operand());
    this.#expect(')');
    const wanted = name === 'attribute_exists' || name === 'attribute_not_exists' ? 1 : 2;
    if (operands.length !== wanted) {
      throw this.#error(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
      );
    }
    if (name.startsWith('attribute_') && operands[0]?.kind !== 'path') {
      throw this.#error(`Operator or function requires a document path; operator or function: ${name}`);
    }
    return { kind: 'call', name, operands };
  }

  #comparison(): Condition {
    const operand = this.#operand();
    if (this.#takeKeyword('BETWEEN')) {
      const low = this.#operand();
      if (!this.#takeKeyword('AND')) throw this.#syntaxError();
      return { kind: 'between', operand, low, high: this.#operand() };
    }
    if (this.#takeKeyword('IN')) {
      this.#expect('(');
      const options = this.#list(() => this.#operand());
      this.#expect(')');
      if (options.length > maxOptions) throw this.#error('The IN operator has too many operands;');
      return { kind: 'in', operand, options };
    }
    const operator = this.#peek().text;
    if (operand.kind === 'size' && !isComparator(operator)) throw this.#notAllowedHere('size');
    if (!isComparator(operator)) throw this.#syntaxError();
    this.#position += 1;
    return { kind: 'compare', operator, left: operand, right: this.#operand() };
  }

  #operand(): Operand {
    const token = this.#peek();
    if (token.kind === 'value') return { kind: 'value', name: this.#valueName() };
    if (this.#peek(1).text !== '(') return { kind: 'path', path: this.#path() };
    if (token.text !== 'size') throw this.#notAllowedHere(token.text);
    this.#position += 2;
    const of = this.#operand();
    this.#expect(')');
    return { kind: 'size', of };
  }

  #path(): Path {
    const path: (string | number)[] = [this.#attributeName()];
    for (;;) {
      if (this.#take('.')) {
        path.push(this.#attributeName());
      } else if (this.#take('[')) {
        const index = this.#next();
        if (index.kind !== 'integer') throw this.#syntaxError();
        path.push(Number(index.text));
        this.#expect(']');
      } else {
        return path;
      }
    }
  }

  #attributeName(): string {
    const token = this.#peek();
    if (token.kind !== 'word' && token.kind !== 'name') throw this.#syntaxError();
    this.#position += 1;
    if (token.kind === 'word') {
      if (!reservedWords.has(token.text.toUpperCase())) return token.text;
      throw this.#error(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    this.names.add(token.text);
    const name = this.#definedNames[token.text];
    if (name !== undefined) return name;
    throw this.#error(
      `An expression attribute name used in the document path is not defined; attribute name: ${token.text}`,
    );
  }

  #valueName(): string {
    const token = this.#peek();
    if (token.kind !== 'value') throw this.#syntaxError();
    this.#position += 1;
    this.values.add(token.text);
    return token.text;
  }

  #list<T>(element: () => T): T[] {
    const elements = [element()];
    while (this.#take(',')) elements.push(element());
    return elements;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#position + ahead] ?? { kind: 'end', text: '<EOF>' };
  }

  #next(): Token {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }

  #take(symbol: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.#position += 1;
    return true;
  }

  #takeKeyword(keyword: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toUpperCase() !== keyword) return false;
    this.#position += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) throw this.#syntaxError();
  }

  #expectEnd(): void {
    if (this.#peek().kind !== 'end') throw this.#syntaxError();
  }

  #error(message: string) {
    return expressionError(this.#kind, message);
  }

  #syntaxError() {
    const before = this.#tokens[this.#position - 1]?.text ?? '';
    return this.#error(`Syntax error; token: "${this.#peek().text}", near: "${before} ${this.#peek().text}"`);
  }

  #notAllowedHere(name: string) {
    return this.#error(`The function is not allowed to be used this way in an expression; function: ${name}`);
  }
}
