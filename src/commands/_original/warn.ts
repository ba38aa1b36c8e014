/** A first init in an account where an original runs says what would clash, and goes on: both can run side by side. */
import { isAccessDenied } from '../../runtime/aws/aws-errors.ts'
import type { Door } from '../_compose.ts'

export async function warnOfOriginal(door: Door, say: (text: string) => void): Promise<void> {
  const [{ findOriginals, readOriginal }, { clashText }] = await Promise.all([
    import('../../provision/original/find.ts'),
    import('../_view/original.ts'),
  ])
  try {
    for (const name of await findOriginals(door.clients)) {
      say(`\n${clashText(await readOriginal(door.clients, name), door.command)}\n`)
    }
  } catch (error) {
    // A courtesy, not a need: who may not look is told so where they take over.
    if (!isAccessDenied(error)) throw error
    door.note('whether an original guard runs here was not looked at: your rights do not reach that far')
  }
}
