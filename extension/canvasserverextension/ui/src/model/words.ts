/**
 * Words gives what was said a number that it has in common with whatever says the same: conversations are repeated with every call, and
 * numbers are compared at once. Instrumentations write the same with different spaces, so spaces do not matter.
 */
export class Words {
  private next = 0;
  // By role: the texts as they were met, and without their spaces.
  private readonly met = new Map<string, Map<string, number>>();
  private readonly plain = new Map<string, Map<string, number>>();

  /** size is how many texts are kept. */
  size = 0;

  numberOf(role: string, text: string): number {
    const met = mapOf(this.met, role);
    const known = met.get(text);
    if (known !== undefined) {
      return known;
    }
    const plain = mapOf(this.plain, role);
    const spaceless = text.replace(/\s+/g, '');
    const number = plain.get(spaceless) ?? this.next++;
    plain.set(spaceless, number);
    met.set(text, number);
    this.size++;
    return number;
  }
}

function mapOf(maps: Map<string, Map<string, number>>, role: string): Map<string, number> {
  const own = maps.get(role);
  if (own !== undefined) {
    return own;
  }
  const fresh = new Map<string, number>();
  maps.set(role, fresh);
  return fresh;
}
