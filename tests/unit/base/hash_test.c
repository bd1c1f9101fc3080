// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/map.h"

/// SipHash-1-3 of the bytes 0, 1, ... n - 1 under the key 0, for n from 1: what CPython 3.11
/// answers to hash(bytes(range(n))) with PYTHONHASHSEED=0.
static const uint64_t known[] = {
    0x68a914128e01e473, 0x010bac45c41e3669, 0x4d4c9a4a8ef6e0ad, 0x7cc43f98813e4dbd,
    0x5abe2169dff36275, 0xe3c25f87624f1cdb, 0x2f098ab0c751325a, 0xead411e67ebe2eea,
    0x75927f9d95124362, 0xaf9f77a65ab51a1d, 0xfe64ce8b6617fcff, 0xa6baf4fb0f9fe1c2,
    0xa0cf3211850f8e0d, 0x7f86049379fbfe67, 0xf30eb725bb91c9ea, 0x8972188433a5c5b7,
    0x4883c49a2c009c1d, 0xadc2c0b63044067d, 0x091f4a3329f87d19, 0x639e355ae68c0100,
    0xb17bef2cb5213239, 0xf8aeb1066236ccfe, 0x37332b1389daa4ff, 0x31185a47af932f3a,
    0xebf352e82ae23e2f, 0xed36ff242fe478b2, 0x2454d97d299299df, 0x8cd57fe8130d0ac7,
    0xbe98eb2faf0a0e85, 0xd427c34ee09470c6, 0x169739443111d49b, 0x31ef8061c910629b,
    0x7fb71d24dfa4c9f6, 0x92771f49e836d389, 0x3c393cf6f0853bc3, 0xac77921fcc642bd3,
    0x422a9751192ff266, 0xc680ae8a8c584ddf, 0x6c76b6d34bb6d26b, 0x95bc321ab41d8206,
    0x908a3a97a6d37669, 0xfcaf3c64874dd0b4, 0xf689479b32b84a44, 0xd857641079efd1fd,
    0x8b581578722633f7, 0x83cb09d35ea7bcd4, 0x8485f7f5ae725a0d, 0xfe1f2445ba50237f,
    0x23cece041d7866b0, 0x416687480b336c09, 0xf15960da7e7f3892, 0xded6177b9826835a,
    0xf80dae51668be6be, 0x17ecc6ee6647df18, 0x5220d642b4a52110, 0xa4f0cf4ba4adc016,
    0xe5125bb26d1f2976, 0x851b0e75f580d256, 0x12605250a37e39ac, 0xd95a713568daebf1,
    0xcdcf4a42ec0dd605, 0xa5c708712b617164, 0x385d3e39e5f37359,
};

static void hashes_are_those_of_siphash_1_3(void **state)
{
    (void)state;
    char bytes[64];
    for (size_t at = 0; at < sizeof bytes; at++)
        bytes[at] = (char)at;
    for (size_t len = 1; len <= COUNT_OF(known); len++)
        assert_int_equal(ra__hash((ra__hash_key){0, 0}, (ra_str){bytes, len}), known[len - 1]);
}

static void the_empty_text_under_the_paper_s_key(void **state)
{
    (void)state;
    const ra__hash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    assert_int_equal(ra__hash(key, (ra_str){NULL, 0}), UINT64_C(0xabac0158050fc4dc));
}

static void another_key_is_another_hash(void **state)
{
    (void)state;
    uint64_t hash = ra__hash((ra__hash_key){1, 2}, RA_STR("price"));
    assert_int_not_equal(hash, ra__hash((ra__hash_key){1, 3}, RA_STR("price")));
    assert_int_not_equal(hash, ra__hash((ra__hash_key){0, 2}, RA_STR("price")));
}

static void every_place_in_memory_gives_the_same_hash(void **state)
{
    (void)state;
    char bytes[40];
    uint64_t wanted = ra__hash((ra__hash_key){1, 2}, RA_STR("the same everywhere"));
    for (size_t at = 0; at < 16; at++) {
        memcpy(bytes + at, "the same everywhere", 19);
        assert_int_equal(ra__hash((ra__hash_key){1, 2}, (ra_str){bytes + at, 19}), wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_siphash_1_3),
        cmocka_unit_test(the_empty_text_under_the_paper_s_key),
        cmocka_unit_test(another_key_is_another_hash),
        cmocka_unit_test(every_place_in_memory_gives_the_same_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
