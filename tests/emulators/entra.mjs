// An OpenID provider that msal signs in to as it does to Microsoft's: node entra.mjs PORT PEM (certificate and key in one file).
import fs from 'node:fs'
import https from 'node:https'
import Provider from 'oidc-provider'

const [port, pem] = [Number(process.argv[2]), fs.readFileSync(process.argv[3])]
const path = '/tenant/v2.0'
const provider = new Provider(`https://localhost:${port}${path}`, {
  clients: [
    {
      client_id: '11111111-1111-1111-1111-111111111111',
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: ['http://localhost'],
      response_types: ['code'],
    },
  ],
  scopes: [
    'openid', 'offline_access', 'profile', 'email', 'Mail.Read', 'Mail.ReadWrite', 'Calendars.Read', 'Calendars.ReadWrite',
    'https://outlook.office.com/IMAP.AccessAsUser.All',
  ],
  features: {
    deviceFlow: { enabled: true },
    devInteractions: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
  },
  claims: { openid: ['sub', 'oid', 'tid', 'preferred_username', 'name'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, oid: id, tid: 'tenant', preferred_username: id, name: id }),
  }),
  rotateRefreshToken: true,
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  pkce: { required: () => false },
  ttl: {
    AccessToken: 3600, RefreshToken: 86400, DeviceCode: 600, Grant: 86400, Session: 86400, Interaction: 600, IdToken: 3600,
  },
  cookies: { keys: ['not-secret'] },
  routes: {
    device_authorization: '/devicecode', token: '/token', authorization: '/authorize', jwks: '/keys',
    revocation: '/revoke', introspection: '/introspect', userinfo: '/userinfo', code_verification: '/device',
  },
})
const answer = provider.callback()
https
  .createServer({ key: pem, cert: pem }, (request, response) => {
    if (!request.url.startsWith(path)) {
      response.statusCode = 404
      response.end()
      return
    }
    request.originalUrl = request.url
    request.url = request.url.slice(path.length) || '/'
    answer(request, response)
  })
  .listen(port, '127.0.0.1')
