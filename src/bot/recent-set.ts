/**
 * Remembers the last few values it was given. For courtesies only (not telling a person the same
 * trouble twice): it is empty after a restart, and nothing that matters may rely on it.
 */
export interface RecentSet<T> {
  has(value: T): boolean;
  add(value: T): void;
}

export function createRecentSet<T>(size: number): RecentSet<T> {
  const values = new Set<T>();
  return {
    has: (value) => values.has(value),
    add(value) {
      values.delete(value);
      values.add(value);
      const [oldest] = values;
      if (values.size > size && oldest !== undefined) values.delete(oldest);
    },
  };
}
