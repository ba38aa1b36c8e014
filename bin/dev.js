#!/usr/bin/env node
// The same commands from source, for developing: no build, no manifest.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { register } = await import('tsx/esm/api')
register()
const { main } = await import('../src/commands/_main.ts')
await main(process.argv.slice(2))
