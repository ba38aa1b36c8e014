/** dashboard open: says where the page is, and shows it in the browser of whoever sits at the terminal. */
import { spawn } from 'node:child_process'
import type { Door } from '../_compose.ts'
import { pageOf } from './room.ts'

/** How a browser is opened here; undefined: there is none to be seen (no screen, or the screen of another machine). */
export function openerFor(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): readonly [string, ...string[]] | undefined {
  if (environment['SSH_CONNECTION'] || environment['SSH_TTY']) return undefined
  if (platform === 'darwin') return ['open']
  // No shell: `start` would read & and ^ of an address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined
}

/** Whether a program was started; it lives on by itself. */
function show(url: string, [program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

export async function openPage(door: Door, how: { readonly browser: boolean }) {
  const { url, page, userPoolId } = await pageOf(door)
  const opener = how.browser ? openerFor(process.platform, process.env) : undefined
  const opened = opener !== undefined && (await show(url, opener))
  return {
    text: url,
    json: { guard: door.guard, url, userPoolId: userPoolId ?? null, shows: page.shows, opened },
  }
}
