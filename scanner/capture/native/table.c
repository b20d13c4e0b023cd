/* A hash table whose entries stay in the order they came in, and the keyed hash it rests on.

   Who is counted, and what is remembered, is chosen by whoever sends frames. The hash is therefore SipHash-1-3 with a secret
   of this process (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; the 128-bit form of their reference
   implementation; fewer rounds, as Python's own dicts have them since 3.11, because no hash is ever shown): without the secret
   nobody can make keys that collide, neither to slow the tables down nor to pass one frame for another. */

#include "core.h"

#include <stdlib.h>
#include <string.h>

static inline uint64_t rotated(uint64_t x, int by) { return x << by | x >> (64 - by); }

static inline uint64_t loaded(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8); /* in the machine's own order: the hash never leaves the process */
    return x;
}

#define ROUND                                                                                                          \
    do {                                                                                                               \
        a += b, c += d, b = rotated(b, 13) ^ a, d = rotated(d, 16) ^ c, a = rotated(a, 32);                            \
        c += b, a += d, b = rotated(b, 17) ^ c, d = rotated(d, 21) ^ a, c = rotated(c, 32);                            \
    } while (0)

Hash hash_bytes(const Secret *secret, const uint8_t *data, size_t size) {
    uint64_t a = secret->key[0] ^ 0x736f6d6570736575u, b = secret->key[1] ^ 0x646f72616e646f6du ^ 0xee;
    uint64_t c = secret->key[0] ^ 0x6c7967656e657261u, d = secret->key[1] ^ 0x7465646279746573u;
    uint64_t last = (uint64_t)size << 56, m;
    Hash found;
    for (; size >= 8; size -= 8, data += 8) {
        m = loaded(data);
        d ^= m;
        ROUND;
        a ^= m;
    }
    for (size_t i = 0; i < size; i++) last |= (uint64_t)data[i] << (8 * i);
    d ^= last;
    ROUND;
    a ^= last;
    c ^= 0xee;
    for (int i = 0; i < 3; i++) ROUND;
    found.low = a ^ b ^ c ^ d;
    b ^= 0xdd;
    for (int i = 0; i < 3; i++) ROUND;
    found.high = a ^ b ^ c ^ d;
    return found;
}

void table_init(Table *table, size_t key_size, size_t entry_size) {
    memset(table, 0, sizeof *table);
    table->key_size = key_size;
    table->entry_size = entry_size;
}

void table_clear(Table *table) {
    free(table->entries);
    free(table->hashes);
    free(table->places);
    table_init(table, table->key_size, table->entry_size);
}

static bool more_slots(Table *table) {
    size_t slots = table->slots ? table->slots * 2 : 1024;
    if (slots > (size_t)1 << 31) return false;
    uint32_t *hashes = malloc(slots * sizeof *hashes), *places = calloc(slots, sizeof *places);
    if (!hashes || !places) {
        free(hashes);
        free(places);
        return false;
    }
    for (size_t i = 0; i < table->slots; i++) {
        if (!table->places[i]) continue;
        size_t slot = table->hashes[i] & (slots - 1);
        while (places[slot]) slot = (slot + 1) & (slots - 1);
        hashes[slot] = table->hashes[i];
        places[slot] = table->places[i];
    }
    free(table->hashes);
    free(table->places);
    table->hashes = hashes;
    table->places = places;
    table->slots = slots;
    return true;
}

static bool more_entries(Table *table) {
    size_t room = table->room ? table->room + table->room / 2 : 256;
    if (room > SIZE_MAX / table->entry_size) return false;
    uint8_t *entries = realloc(table->entries, room * table->entry_size);
    if (!entries) return false;
    table->entries = entries;
    table->room = room;
    return true;
}

/* The slot of this key, or the free one where it belongs. */
static size_t slot_of(const Table *table, const void *key, uint64_t hash) {
    size_t slot = (uint32_t)hash & (table->slots - 1);
    for (; table->places[slot]; slot = (slot + 1) & (table->slots - 1))
        if (table->hashes[slot] == (uint32_t)hash && !memcmp(table_at(table, table->places[slot] - 1), key, table->key_size))
            break;
    return slot;
}

void *table_get(const Table *table, const void *key, uint64_t hash) {
    uint32_t place = table->slots ? table->places[slot_of(table, key, hash)] : 0;
    return place ? table_at(table, place - 1) : NULL;
}

void *table_put(Table *table, const void *key, uint64_t hash, bool *made) {
    if ((table->count + 1) * 3 > table->slots * 2 && !more_slots(table)) return NULL;
    size_t slot = slot_of(table, key, hash);
    *made = !table->places[slot];
    if (!*made) return table_at(table, table->places[slot] - 1);
    if (table->count == table->room && !more_entries(table)) return NULL;
    uint8_t *entry = table_at(table, table->count);
    memcpy(entry, key, table->key_size);
    memset(entry + table->key_size, 0, table->entry_size - table->key_size);
    table->hashes[slot] = (uint32_t)hash;
    table->places[slot] = (uint32_t)++table->count;
    return entry;
}
