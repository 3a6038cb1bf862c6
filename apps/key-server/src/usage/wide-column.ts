/** A copy of a column of numbers with zeros behind it: twice as long, or at least so long. */
export function widenColumn<Column extends Int32Array | Float64Array>(column: Column, least = 0): Column {
  const make = column.constructor as new (length: number) => Column;
  const copy = new make(Math.max(2 * column.length, least));
  copy.set(column);
  return copy;
}
