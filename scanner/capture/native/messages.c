/* What was said, and by whom: a message is decoded once, whoever says it again (lane.py says why that is sound).

   A message is known by a hash with 128 bits and a secret: nobody can look for two that are taken for one another, and that
   two of 2^32 are by chance is less likely than 1 : 2^80. What the wants call unread is no part of it. */

#include "core.h"

#include <string.h>

/* All that an observer can see of a frame but ports and addresses. No gaps, or all of them zero. */
typedef struct {
    Mask mask;
    uint64_t segment, size, unread;
    uint32_t kind;
    uint8_t protocol, cut, unused[2];
    Hash payload, rest;
} Content;

/* The ports, and the addresses, for a message that means something else with others. */
typedef struct {
    Hash message;
    uint32_t ports, meaning;
    uint8_t macs[12], sizes[2], unused[2];
    uint8_t src_ip[16], dst_ip[16];
} Ends;

Hash message_of(const Secret *secret, const uint8_t *buffer, const Headers *frame, const Mask *mask, Read read, bool cut) {
    Content content;
    uint8_t head[64];
    const uint8_t *payload = buffer + frame->at;
    size_t size = frame->have - frame->at, begun = 0;
    memset(&content, 0, sizeof content);
    content.mask = *mask;
    content.segment = frame->segment;
    content.size = size;
    content.unread = read.unread;
    content.kind = frame->kind;
    content.protocol = (uint8_t)frame->protocol;
    content.cut = cut;
    if (read.unread) {
        begun = size < sizeof head ? size : sizeof head;
        for (size_t i = 0; i < begun; i++) head[i] = read.unread >> i & 1 ? 0 : payload[i];
        content.payload = hash_bytes(secret, head, begun);
    }
    content.rest = hash_bytes(secret, payload + begun, size - begun);
    return hash_bytes(secret, (uint8_t *)&content, sizeof content);
}

Hash message_between(const Secret *secret, Hash message, const Headers *frame, Read read, Meaning meaning) {
    Ends ends;
    memset(&ends, 0, sizeof ends);
    ends.message = message;
    ends.ports = read.ports;
    ends.meaning = meaning;
    if (meaning == OWN) {
        memcpy(ends.macs, frame->src_mac, 6);
        memcpy(ends.macs + 6, frame->dst_mac, 6);
        ends.sizes[0] = (uint8_t)frame->src_size;
        ends.sizes[1] = (uint8_t)frame->dst_size;
        if (frame->src_size) memcpy(ends.src_ip, frame->src_ip, frame->src_size);
        if (frame->dst_size) memcpy(ends.dst_ip, frame->dst_ip, frame->dst_size);
    }
    return hash_bytes(secret, (uint8_t *)&ends, sizeof ends);
}

const Message *message_known(const Table *messages, Hash key) { return table_get(messages, &key, key.low); }

bool message_learn(Table *messages, Hash key, Meaning meaning, uint64_t outcome) {
    bool made;
    if (messages->count >= MOST_MESSAGES) return true; /* full: nothing new until all is forgotten */
    Message *message = table_put(messages, &key, key.low, &made);
    if (!message) return false;
    if (made) {
        message->outcome = outcome;
        message->meaning = meaning;
    }
    return true;
}

int say(Table *said, const Secret *secret, uint32_t sender, uint32_t message, int64_t time, uint64_t number) {
    const SaidKey key = {sender, message};
    uint64_t hash = hash_bytes(secret, (const uint8_t *)&key, sizeof key).low;
    bool full = said->count >= MOST_SAID, made = false;
    Said *row = full ? table_get(said, &key, hash) : table_put(said, &key, hash, &made);
    if (!row) return full ? 0 : -1;
    if (made || time < row->time || (time == row->time && number < row->number)) {
        row->time = time;
        row->number = number;
    }
    if (made || number < row->lowest) row->lowest = number;
    row->times++;
    return 1;
}
