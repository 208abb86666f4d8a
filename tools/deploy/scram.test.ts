import test from 'ava';
import { createVerifier, verifierFits } from './scram.js';

test('the verifier of RFC 7677 fits its password, and no other', (t) => {
  // The salt and keys that follow from the example in section 3: user "user", password "pencil".
  const verifier =
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=';
  t.true(verifierFits(verifier, 'pencil'));
  t.false(verifierFits(verifier, 'pencils'));
});

test('a verifier that is made fits its password, and holds neither that nor the salt of another', (t) => {
  const [one, other] = [createVerifier('secret'), createVerifier('secret')];
  t.true(verifierFits(one, 'secret'));
  t.false(verifierFits(one, 'Secret'));
  t.not(one, other);
  t.false(one.includes('secret'));
});

test('what is no verifier fits nothing', (t) => {
  t.false(verifierFits('md5c1d2', 'secret'));
  t.false(verifierFits('', ''));
});
