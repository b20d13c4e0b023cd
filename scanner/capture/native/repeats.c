/* Frames that say again what was said: the same memory as `Repeats` of repeats.py, by a hash of all that an observer can see.

   The hash has 128 bits and a secret: nobody can look for two frames that are taken for one another, and that two of 2^32
   frames are by chance is less likely than 1 : 2^80. What the wants call unread is no part of it. */

#include "core.h"

#include <string.h>

/* All a frame is but its number and time: what an observer can see (`_same` of repeats.py). No gaps, or all of them zero. */
typedef struct {
    Mask mask;
    uint64_t segment;
    uint8_t macs[12], sizes[2], protocol, cut;
    uint8_t src_ip[16], dst_ip[16];
    uint32_t kind, ports;
    uint64_t size;
    Hash payload, rest;
} Same;

/* As `Repeats.first`, which says why one that stands before its like is decoded. */
int first_of_its_kind(Table *remembered, const Secret *secret, const uint8_t *buffer, const Headers *frame, const Mask *mask,
                      Read read, bool cut, int64_t time, uint64_t number) {
    Same same;
    uint8_t head[64];
    const uint8_t *payload = buffer + frame->at;
    size_t size = frame->have - frame->at, begun = 0;
    memset(&same, 0, sizeof same);
    same.mask = *mask;
    same.segment = frame->segment;
    memcpy(same.macs, frame->src_mac, 6);
    memcpy(same.macs + 6, frame->dst_mac, 6);
    same.sizes[0] = (uint8_t)frame->src_size;
    same.sizes[1] = (uint8_t)frame->dst_size;
    if (frame->src_size) memcpy(same.src_ip, frame->src_ip, frame->src_size);
    if (frame->dst_size) memcpy(same.dst_ip, frame->dst_ip, frame->dst_size);
    same.protocol = (uint8_t)frame->protocol;
    same.cut = cut;
    same.kind = frame->kind;
    same.ports = read.ports;
    same.size = size;
    if (read.unread) {
        begun = size < sizeof head ? size : sizeof head;
        for (size_t i = 0; i < begun; i++) head[i] = read.unread >> i & 1 ? 0 : payload[i];
        same.payload = hash_bytes(secret, head, begun);
    }
    same.rest = hash_bytes(secret, payload + begun, size - begun);
    Hash key = hash_bytes(secret, (uint8_t *)&same, sizeof same);
    bool full = remembered->count >= MOST_REMEMBERED, made = false; /* full: nothing new until all is forgotten */
    Known *known = full ? table_get(remembered, &key, key.low) : table_put(remembered, &key, key.low, &made);
    if (!known) return full ? 1 : -1;
    if (!made && time >= known->time && number >= known->number) {
        known->times++;
        return 0;
    }
    known->time = time;
    known->number = number;
    return 1;
}
