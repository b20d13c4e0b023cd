/* From the first byte of an Ethernet frame to its transport header: the common kind only.

   The meaning is that of ethernet.py and ip.py, which say why and cite the standards. Whatever is rare, odd, cut short or
   damaged is refused here and read there, so that this file need not know what is wrong with it. */

#include "core.h"

#include <string.h>

enum { VLAN = 0x8100, QINQ = 0x88A8, QINQ_OLD = 0x9100, QINQ_OLDER = 0x9200, IPV4 = 0x0800, IPV6 = 0x86DD };
enum { FIRST_TYPE = 1536, MOST_TAGS = 4, MOST_EXTENSIONS = 15 };
enum { HOP = 0, TCP = 6, UDP = 17, ROUTING = 43, FRAGMENT = 44, AUTH = 51, DESTINATION = 60, MOBILITY = 135, HIP = 139, SHIM6 = 140 };

static inline uint32_t word(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }

static bool transport(const uint8_t *buffer, size_t at, size_t stop, size_t end, Headers *found) {
    size_t have = stop < end ? stop : end;
    size_t head;
    if (found->protocol == UDP) {
        if (have < at + 8) return false;
        uint32_t size = word(buffer + at + 4);
        if (size && size < 8) return false;
        if (size && at + size < stop) stop = at + size;
        head = 8;
    } else if (found->protocol == TCP) {
        if (have < at + 20) return false;
        head = (size_t)(buffer[at + 12] >> 4) * 4;
        if (head < 20) return false;
        found->sequence = word(buffer + at + 4) << 16 | word(buffer + at + 6);
    } else {
        found->at = at;
        found->stop = stop;
        found->have = have;
        return at <= have;
    }
    found->src_port = word(buffer + at);
    found->dst_port = word(buffer + at + 2);
    found->at = at + head;
    found->stop = stop;
    found->have = stop < end ? stop : end;
    return found->at <= found->have;
}

static bool ipv4(const uint8_t *buffer, size_t at, size_t end, Headers *found) {
    const uint8_t *ip = buffer + at;
    if (end - at < 20 || ip[0] >> 4 != 4) return false;
    size_t head = (size_t)(ip[0] & 15) * 4, total = word(ip + 2);
    size_t stop = total ? at + total : end; /* segmentation offload leaves 0 */
    if (head < 20 || stop < at + head || end < at + head) return false;
    if (word(ip + 6) & 0x3FFF || !ip[9]) return false; /* a fragment, the first one too; protocol 0 */
    found->ttl = ip[8];
    found->protocol = ip[9];
    found->src_ip = ip + 12;
    found->src_size = memcmp(ip + 12, "\0\0\0\0", 4) ? 4 : 0;
    found->dst_ip = ip + 16;
    found->dst_size = 4;
    return transport(buffer, at + head, stop, end, found);
}

static bool ipv6(const uint8_t *buffer, size_t at, size_t end, Headers *found) {
    static const uint8_t unspecified[16];
    const uint8_t *ip = buffer + at;
    if (end - at < 40 || ip[0] >> 4 != 6) return false;
    size_t size = word(ip + 4), stop = size ? at + 40 + size : end;
    int protocol = ip[6];
    at += 40;
    for (int i = 0; protocol == HOP || protocol == ROUTING || protocol == DESTINATION; i++) {
        if (i == MOST_EXTENSIONS || at > end || end - at < 8) return false;
        protocol = buffer[at];
        at += ((size_t)buffer[at + 1] + 1) * 8;
    }
    switch (protocol) {
    case FRAGMENT:
    case AUTH:
    case MOBILITY:
    case HIP:
    case SHIM6:
        return false;
    }
    if (at > stop || at > end) return false;
    found->ttl = ip[7];
    found->protocol = protocol;
    found->src_ip = ip + 8;
    found->src_size = memcmp(ip + 8, unspecified, 16) ? 16 : 0;
    found->dst_ip = ip + 24;
    found->dst_size = 16;
    return transport(buffer, at, stop, end, found);
}

bool read_headers(const uint8_t *buffer, size_t start, size_t end, const Tunnels *tunnels, Headers *found) {
    if (end - start < 14) return false;
    memset(found, 0, sizeof *found);
    found->dst_mac = buffer + start;
    found->src_mac = buffer + start + 6;
    found->ttl = NO_TTL;
    size_t at = start + 14;
    uint32_t kind = word(buffer + at - 2);
    for (int tags = 0; kind == VLAN || kind == QINQ || kind == QINQ_OLD || kind == QINQ_OLDER; tags++) {
        if (tags == MOST_TAGS || end - at < 4) return false;
        uint32_t tag = word(buffer + at) & 0x0FFF;
        if (tag) found->segment = found->segment << 12 | tag; /* tag 0 carries a priority only */
        kind = word(buffer + at + 2);
        at += 4;
    }
    if (kind < FIRST_TYPE || marked(tunnels->types, kind)) return false;
    found->kind = kind;
    if (kind == IPV4 || kind == IPV6) {
        if (!(kind == IPV4 ? ipv4 : ipv6)(buffer, at, end, found)) return false;
        if (marked(tunnels->protocols, (uint32_t)found->protocol)) return false;
        return found->protocol != UDP || !marked(tunnels->ports, found->dst_port);
    }
    found->at = at;
    found->stop = found->have = end;
    return true;
}
