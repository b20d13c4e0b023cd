/* What is counted by sender and by receiver: `_account`, `_address` and `_link_scope` of headers.py. */

#include "core.h"

#include <string.h>

/* True if routers do not forward to this destination. */
static bool link_scope(const Headers *frame) {
    const uint8_t *ip = frame->dst_ip;
    if (!ip) return false;
    return !memcmp(frame->dst_mac, "\xff\xff\xff\xff\xff\xff", 6) || !memcmp(ip, "\xe0\0\0", 3) ||
           (frame->dst_size == 4 && !memcmp(ip, "\xff\xff\xff\xff", 4)) || !memcmp(ip, "\xff\x02", 2);
}

const Sender *count_sender(Table *senders, const Secret *secret, const Headers *frame, uint64_t size, int64_t time, uint64_t number) {
    SenderKey key;
    bool made, heard = link_scope(frame);
    memset(&key, 0, sizeof key);
    key.segment = frame->segment;
    memcpy(key.mac, frame->src_mac, 6);
    key.size = (uint8_t)frame->src_size;
    if (frame->src_size) memcpy(key.ip, frame->src_ip, frame->src_size);
    Sender *sender = table_put(senders, &key, hash_bytes(secret, (uint8_t *)&key, sizeof key).low, &made);
    if (!sender) return NULL;
    if (made || time < sender->first) {
        sender->first = time;
        sender->number = number;
    }
    if (made || time > sender->last) sender->last = time;
    sender->frames++;
    sender->bytes += size;
    if (heard && (!sender->heard_number || time < sender->heard_first)) {
        sender->heard_first = time;
        sender->heard_number = number;
    }
    if (frame->ttl != NO_TTL) sender->ttls.word[frame->ttl >> 6] |= (uint64_t)1 << (frame->ttl & 63);
    return sender;
}

bool count_target(Table *targets, const Secret *secret, const Headers *frame, int64_t time, uint64_t number) {
    TargetKey key;
    bool made;
    if (frame->dst_mac[0] & 1) return true; /* a group is no card */
    memset(&key, 0, sizeof key);
    key.segment = frame->segment;
    memcpy(key.mac, frame->dst_mac, 6);
    Target *target = table_put(targets, &key, hash_bytes(secret, (uint8_t *)&key, sizeof key).low, &made);
    if (!target) return false;
    if (made || time < target->first) {
        target->first = time;
        target->number = number;
    }
    if (made || time > target->last) target->last = time;
    target->frames++;
    return true;
}
