/** Remembers answers of a pure function of one short text. Bounded: it forgets everything when it is full. */
export function memoized<Answer>(compute: (text: string) => Answer, capacity = 4096): (text: string) => Answer {
  const known = new Map<string, Answer>()
  return (text) => {
    const remembered = known.get(text)
    if (remembered !== undefined) return remembered
    const answer = compute(text)
    // Long texts are rare and would make the memory of the cache depend on what a caller sends.
    if (text.length > 512) return answer
    if (known.size >= capacity) known.clear()
    known.set(text, answer)
    return answer
  }
}
