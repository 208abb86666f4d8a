import ts from 'typescript';

/** An edit found another form of the source than it knows. */
export class OtherForm extends Error {
  readonly code = 'other-form';
}

const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, /* setParentNodes */ true);

const insert = (text: string, at: number, inserted: string): string => text.slice(0, at) + inserted + text.slice(at);
const replace = (text: string, node: ts.Node, by: string): string =>
  text.slice(0, node.getStart()) + by + text.slice(node.getEnd());

/** Adds an import after the last one. The formatter sorts them. */
export function addModule(text: string, statement: string): string {
  const last = parse(text).statements.findLast((one) => ts.isImportDeclaration(one));
  return last ? insert(text, last.getEnd(), `\n${statement}`) : `${statement}\n${text}`;
}

/** Adds a property to the object that a variable is initialised with, or that its function returns. @throws {OtherForm} */
export function addProperty(text: string, variable: string, property: string): string {
  const object = returned(initializer(text, variable));
  if (!object || !ts.isObjectLiteralExpression(object)) throw new OtherForm(`found no object from ${variable}`);
  return append(text, object.properties, property);
}

/** Replaces the value of a property in the first argument of a call. @throws {OtherForm} */
export function setArgumentProperty(text: string, called: string, property: string, value: string): string {
  return replace(text, argumentProperty(text, called, property), value);
}

/** The text of a property in the first argument of a call. @throws {OtherForm} it is no literal text */
export const readArgumentProperty = (text: string, called: string, property: string): string =>
  argumentProperty(text, called, property).text;

function argumentProperty(text: string, called: string, name: string): ts.StringLiteralLike {
  const call = find(parse(text), (node): node is ts.CallExpression => {
    return ts.isCallExpression(node) && node.expression.getText() === called;
  });
  const [argument] = call?.arguments ?? [];
  const properties = argument && ts.isObjectLiteralExpression(argument) ? argument.properties : [];
  const property = properties.find((one) => one.name?.getText() === name);
  if (!property || !ts.isPropertyAssignment(property) || !ts.isStringLiteralLike(property.initializer))
    throw new OtherForm(`found no call of ${called} with a literal ${name}`);
  return property.initializer;
}

function initializer(text: string, variable: string): ts.Expression | undefined {
  const declaration = find(parse(text), (node): node is ts.VariableDeclaration => {
    return ts.isVariableDeclaration(node) && node.name.getText() === variable;
  });
  return unwrapped(declaration?.initializer);
}

/** Without parentheses, `as` and `satisfies`. */
function unwrapped(expression: ts.Expression | undefined): ts.Expression | undefined {
  const isWrapped =
    expression &&
    (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression) || ts.isParenthesizedExpression(expression));
  return isWrapped ? unwrapped(expression.expression) : expression;
}

/** What the function returns in its only or last statement; another expression itself. */
function returned(expression: ts.Expression | undefined): ts.Expression | undefined {
  if (!expression || !ts.isArrowFunction(expression)) return expression;
  if (!ts.isBlock(expression.body)) return unwrapped(expression.body);
  const last = expression.body.statements.at(-1);
  return last && ts.isReturnStatement(last) ? unwrapped(last.expression) : undefined;
}

function find<N extends ts.Node>(node: ts.Node, matches: (node: ts.Node) => node is N): N | undefined {
  if (matches(node)) return node;
  return ts.forEachChild(node, (child) => find(child, matches));
}

function append(text: string, list: ts.NodeArray<ts.Node>, added: string): string {
  return insert(text, list.end, list.length === 0 || list.hasTrailingComma ? added : `, ${added}`);
}
