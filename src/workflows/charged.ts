/** The charge a `charged` signal names; none when somebody typed it wrong, which must stop nothing. */
export function chargesNamed(raw: unknown): readonly string[] {
  const { chargeId } = Object(raw) as { readonly chargeId?: unknown };
  return typeof chargeId === 'string' ? [chargeId] : [];
}
