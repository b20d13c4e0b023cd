/* The compiled core of the fast lane: what its files share. See core.c for what it is and why. */

#ifndef FIELDMARK_CORE_H
#define FIELDMARK_CORE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS 4

/* 256 bits: one an observer, one a TTL. */
typedef struct {
    uint64_t word[WORDS];
} Mask;

/* layers.c: from the first byte of an Ethernet frame to its transport header. */

#define NO_TTL (-1)

typedef struct {
    uint64_t segment; /* VLAN ids that name it, 12 bits each, the innermost lowest; 0: untagged */
    const uint8_t *src_mac, *dst_mac;
    const uint8_t *src_ip, *dst_ip; /* NULL: none */
    size_t src_size, dst_size;
    uint32_t kind;
    int protocol, ttl;
    uint32_t src_port, dst_port, sequence; /* TCP's */
    size_t at, stop, have; /* the payload: where it begins, ends by its headers, ends in the capture */
} Headers;

/* Ethernet types, UDP ports and IP protocols behind which another network may begin (tunnels.py): the twin's. */
typedef struct {
    uint8_t types[65536 / 8], ports[65536 / 8], protocols[256 / 8];
} Tunnels;

static inline bool marked(const uint8_t *bits, uint32_t number) { return bits[number >> 3] >> (number & 7) & 1; }

/* False: not of the common kind, to be read by the Python twin. [start, end) must lie inside the buffer. */
bool read_headers(const uint8_t *buffer, size_t start, size_t end, const Tunnels *tunnels, Headers *found);

/* table.c: a hash table that remembers the order of its entries, and the keyed hash it rests on. */

typedef struct {
    uint64_t low, high;
} Hash;

typedef struct {
    uint64_t key[2];
} Secret;

Hash hash_bytes(const Secret *secret, const uint8_t *data, size_t size);

typedef struct {
    size_t key_size, entry_size;
    size_t count, room;
    uint8_t *entries;
    size_t slots; /* a power of two, 0 before the first entry */
    uint32_t *hashes, *places;
} Table;

void table_init(Table *table, size_t key_size, size_t entry_size);
void table_clear(Table *table);
/* The entry of this key, NULL if there is none. */
void *table_get(const Table *table, const void *key, uint64_t hash);
/* The entry of this key, made with zeros behind the key if there is none; NULL: no memory. */
void *table_put(Table *table, const void *key, uint64_t hash, bool *made);
static inline void *table_at(const Table *table, size_t number) { return table->entries + number * table->entry_size; }
static inline uint32_t table_place(const Table *table, const void *entry) {
    return (uint32_t)((size_t)((const uint8_t *)entry - table->entries) / table->entry_size);
}

/* counts.c: what is counted by sender and by receiver. */

typedef struct {
    uint64_t segment;
    uint8_t mac[6], size, unused;
    uint8_t ip[16];
} SenderKey;

typedef struct {
    SenderKey key;
    uint64_t frames, bytes;
    int64_t first, last, heard_first;
    uint64_t number, heard_number;
    Mask ttls;
} Sender;

typedef struct {
    uint64_t segment;
    uint8_t mac[6], unused[2];
} TargetKey;

typedef struct {
    TargetKey key;
    uint64_t frames;
    int64_t first, last;
    uint64_t number;
} Target;

/* NULL: no memory. */
const Sender *count_sender(Table *senders, const Secret *secret, const Headers *frame, uint64_t size, int64_t time, uint64_t number);
/* False: no memory. */
bool count_target(Table *targets, const Secret *secret, const Headers *frame, int64_t time, uint64_t number);

/* wanted.c: who wants a frame. */

#define LONGEST_PREFIX 64

typedef struct {
    uint16_t *index; /* by number: which of `masks`; the first is nobody */
    Mask *masks;
    uint32_t numbers;
} Wanted;

typedef struct {
    uint8_t bytes[LONGEST_PREFIX];
    size_t size;
    uint32_t key;
    Mask mask;
} Head;

typedef struct {
    Head *rows; /* sorted by key: a port, or the payload's first two bytes */
    uint32_t *first; /* by key: the first of them; one more at the end */
} Heads;

enum { NOBODY, READS_PEER, ANY_PEER };

typedef struct {
    Wanted types, udp, tcp, icmp6, protocols;
    Heads udp_heads, tcp_heads, tcp_prefixes;
    uint64_t *unread; /* by UDP port: bit n says that nobody who wants the port reads byte n of the payload */
    uint8_t *peers;   /* by UDP port, who wants it: NOBODY; somebody, who reads the other port, too, or does not */
    Mask joined;      /* who wants whole TCP messages, not only the segment they begin in */
} Selection;

/* Takes what `Selector` knows, see `Tables` of wants.py; false with a Python exception set. */
bool selection_init(Selection *selection, PyObject *tables);
void selection_free(Selection *selection);

/* What makes two frames differ: the ports, and but for some of its first 64 bytes (bit n: byte n) the payload. */
typedef struct {
    uint32_t ports;
    uint64_t unread;
} Read;

/* False: nobody wants the frame. */
bool who_wants(const Selection *selection, const uint8_t *buffer, const Headers *frame, Mask *mask, Read *read);
PyObject *mask_number(const Mask *mask);

/* messages.c: what was said, and by whom. */

#define MOST_MESSAGES 65536 /* 3 MiB here, some times that in outcomes of decoding them */
#define MOST_SAID 262144 /* 14 MiB */

/* What decoding a frame's message told of it (lane.py: `Take`). */
typedef enum { ALIKE, PORTS, OWN, OPEN, MEANINGS } Meaning;

typedef struct {
    Hash key;
    uint64_t outcome; /* whoever decoded it keeps what came of it under this number */
    Meaning meaning;
} Message;

#define NOTHING 0 /* the outcome of a message of which nothing came: who says it is all the same */
#define ANYBODY UINT32_MAX

typedef struct {
    uint32_t sender, message; /* places in their tables; ANYBODY */
} SaidKey;

typedef struct {
    SaidKey key;
    int64_t time; /* of the earliest of these frames, and its number */
    uint64_t number, lowest, times;
} Said;

Hash message_of(const Secret *secret, const uint8_t *buffer, const Headers *frame, const Mask *mask, Read read, bool cut);
/* The same message, told apart by its ports, or by these and its addresses. */
Hash message_between(const Secret *secret, Hash message, const Headers *frame, Read read, Meaning meaning);
const Message *message_known(const Table *messages, Hash key);
/* False: no memory. One that is known stays what it is. */
bool message_learn(Table *messages, Hash key, Meaning meaning, uint64_t outcome);
/* Counts a frame whose message need not be decoded: 1, 0 without room, -1 without memory. */
int say(Table *said, const Secret *secret, uint32_t sender, uint32_t message, int64_t time, uint64_t number);

/* records.c: functions of the module. */

PyObject *smaller(PyObject *self, PyObject *args);
PyObject *split_pcap(PyObject *self, PyObject *args);
PyObject *split_pcapng(PyObject *self, PyObject *args);

#endif
