/** Charges of one payment that wait for an admin. */
export class HeldCharges {
  private readonly waiting = new Set<string>();

  add(chargeId: string): void {
    this.waiting.add(chargeId);
  }

  /** One was credited, returned or dismissed; a refund that names none is of the only one there is. */
  settle(chargeId: string | undefined): void {
    if (chargeId !== undefined) this.waiting.delete(chargeId);
    else if (this.waiting.size === 1) this.waiting.clear();
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }
}
