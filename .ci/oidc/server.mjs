// An OpenID Connect provider on this machine, written by others, so that the
// platform's sign-in is tried against more than its own idea of the protocol.
//
//   npm ci && PORT=4010 npm start
//   OIDC_TEST_ISSUER=http://127.0.0.1:4010 go test ./modules/account -run Independent
//
// Whoever signs in there is whom they say they are: no password is looked at.
import Provider from "oidc-provider";

const port = Number(process.env.PORT ?? 4010);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: "musharaka",
    client_secret: "a secret for tests alone",
    redirect_uris: ["http://127.0.0.1:3999/auth/independent/callback"],
    response_types: ["code"],
    grant_types: ["authorization_code"],
  }],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
  cookies: { keys: ["a key for tests alone"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `${id} of elsewhere`, email: `${id}@elsewhere.example`, email_verified: true }),
  }),
});

provider.listen(port, "127.0.0.1", () => console.log(issuer));
