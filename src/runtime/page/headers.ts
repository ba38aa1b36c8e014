import type { PageConfig } from '../page-config.ts'

export type Headers = Readonly<Record<string, string>>

/**
 * On every answer. The page has one script and one style of its own and speaks to its own origin and to the sign-in's token
 * address; with Trusted Types and no policy, no text ever becomes markup or script.
 * https://www.w3.org/TR/CSP3/, https://www.w3.org/TR/trusted-types/
 */
export function securityHeaders({ signIn }: Pick<PageConfig, 'signIn'>): Headers {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${new URL(signIn.token).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-robots-tag': 'noindex',
  }
}

/** What is asked for anew each time: the document, the configuration, all data, every refusal. */
export const NOT_KEPT: Headers = { 'cache-control': 'no-store' }
/** What has the hash of its contents in its name. */
export const KEPT_FOR_EVER: Headers = { 'cache-control': 'public, max-age=31536000, immutable' }
