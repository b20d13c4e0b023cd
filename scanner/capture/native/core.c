/* The compiled core of the fast lane: the common frames, counted and chosen without making a Python object of each.

   It is the twin of `scanner.capture.headers`, and optional: everything works without it, only slower. What is not common
   (another link type, a tunnel, a fragment, 802.2, anything damaged) it leaves to the Python twin, row by row, so that each
   of those meanings exists once. tests/scanner/capture/test_core.py holds the two against each other. The limited API keeps
   one build good for every Python from 3.11 on. */

#include "core.h"

#include <stdlib.h>
#include <string.h>

enum { TCP = 6, ETHERNET = 1 }; /* the protocol, the link type */

typedef struct {
    PyObject_HEAD
    PyObject *frame_type, *part_type, *segment_name;
    bool remember, ready;
    Secret secret;
    Selection *selection;
    Tunnels tunnels;
    Table senders, targets, messages, said;
} Lane;

/* One batch, as `FrameBatch` holds it. */
typedef struct {
    PyObject *capture, *take;
    uint64_t number;
    Py_buffer bytes, offsets, sizes, wire_sizes, times, links;
} Batch;

static bool mark(uint8_t *bits, unsigned long most, PyObject *numbers) {
    PyObject *each = PyObject_GetIter(numbers), *item;
    while (each && (item = PyIter_Next(each))) {
        unsigned long number = PyLong_AsUnsignedLong(item);
        Py_DECREF(item);
        if (!PyErr_Occurred() && number < most) bits[number >> 3] |= (uint8_t)(1 << (number & 7));
        if (PyErr_Occurred()) break;
    }
    Py_XDECREF(each);
    return !PyErr_Occurred();
}

static int lane_init(PyObject *self, PyObject *args, PyObject *names) {
    static char *words[] = {"frame", "part", "segment", "selection", "types", "ports", "protocols", "secret", "remember", NULL};
    Lane *lane = (Lane *)self;
    PyObject *frame, *part, *segment, *selection, *types, *ports, *protocols;
    const char *secret;
    Py_ssize_t size;
    int remember;
    if (!PyArg_ParseTupleAndKeywords(args, names, "OOOOOOOy#p", words, &frame, &part, &segment, &selection, &types, &ports,
                                     &protocols, &secret, &size, &remember))
        return -1;
    if (size != sizeof lane->secret || lane->ready) {
        PyErr_SetString(PyExc_ValueError, "a lane is made once, with a secret of 16 bytes");
        return -1;
    }
    memcpy(&lane->secret, secret, sizeof lane->secret);
    lane->ready = true;
    lane->remember = remember;
    lane->frame_type = Py_NewRef(frame);
    lane->part_type = Py_NewRef(part);
    lane->segment_name = Py_NewRef(segment);
    table_init(&lane->senders, sizeof(SenderKey), sizeof(Sender));
    table_init(&lane->targets, sizeof(TargetKey), sizeof(Target));
    table_init(&lane->messages, sizeof(Hash), sizeof(Message));
    table_init(&lane->said, sizeof(SaidKey), sizeof(Said));
    lane->selection = calloc(1, sizeof *lane->selection);
    if (!lane->selection) {
        PyErr_NoMemory();
        return -1;
    }
    return selection_init(lane->selection, selection) && mark(lane->tunnels.types, 65536, types) &&
                   mark(lane->tunnels.ports, 65536, ports) && mark(lane->tunnels.protocols, 256, protocols)
               ? 0
               : -1;
}

static void lane_dealloc(PyObject *self) {
    Lane *lane = (Lane *)self;
    PyTypeObject *type = Py_TYPE(self);
    if (lane->selection) selection_free(lane->selection);
    free(lane->selection);
    if (lane->ready) {
        table_clear(&lane->senders);
        table_clear(&lane->targets);
        table_clear(&lane->messages);
        table_clear(&lane->said);
    }
    Py_XDECREF(lane->frame_type);
    Py_XDECREF(lane->part_type);
    Py_XDECREF(lane->segment_name);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static PyObject *segment_of(Lane *lane, uint64_t segment) {
    if (!segment) return PyUnicode_FromStringAndSize("", 0);
    return PyObject_CallFunction(lane->segment_name, "K", (unsigned long long)segment);
}

static PyObject *address(const uint8_t *bytes, size_t size) { return PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size); }

/* Hands a frame on; what it means, or -1 with an exception set. part: of a TCP message that takes, or may take, several;
   outcome: under which number what came of it is kept. */
static int take(Lane *lane, const Batch *batch, const Headers *frame, const Mask *mask, bool cut, bool part, int64_t time,
                uint64_t number, unsigned long long *outcome) {
    const uint8_t *buffer = batch->bytes.buf;
    PyObject *place = part ? PyObject_CallFunction(lane->part_type, "(iII)IO", frame->protocol, frame->src_port,
                                                    frame->dst_port, frame->sequence, Py_False)
                           : Py_NewRef(Py_None);
    PyObject *made = PyObject_CallFunction(
        lane->frame_type, "OKLNNNkNNikkNON", batch->capture, (unsigned long long)number, (long long)time,
        segment_of(lane, frame->segment), address(frame->src_mac, 6), address(frame->dst_mac, 6), (unsigned long)frame->kind,
        address(frame->src_ip, frame->src_size), address(frame->dst_ip, frame->dst_size), frame->protocol,
        (unsigned long)frame->src_port, (unsigned long)frame->dst_port, address(buffer + frame->at, frame->have - frame->at),
        cut ? Py_True : Py_False, place);
    PyObject *answer = made ? PyObject_CallFunction(batch->take, "ON", made, mask_number(mask)) : NULL;
    Py_XDECREF(made);
    int meaning = -1;
    if (answer && !PyTuple_Check(answer)) PyErr_SetString(PyExc_TypeError, "whoever takes a frame answers with two numbers");
    if (answer && !PyErr_Occurred() && PyArg_ParseTuple(answer, "iK", &meaning, outcome) && (meaning < 0 || meaning >= MEANINGS))
        PyErr_SetString(PyExc_ValueError, "whoever takes a frame says what its message means");
    Py_XDECREF(answer);
    return PyErr_Occurred() ? -1 : meaning;
}

/* Whether a segment belongs to a flow of which every frame is asked for: 1, 0, or -1 with an exception set. */
static int is_followed(Lane *lane, const Headers *frame, PyObject *followed) {
    if (frame->protocol != TCP || frame->at == frame->have) return 0;
    Py_ssize_t flows = PyObject_Size(followed);
    if (flows <= 0) return (int)flows;
    PyObject *flow = Py_BuildValue("NNN(iII)", segment_of(lane, frame->segment), address(frame->src_ip, frame->src_size),
                                   address(frame->dst_ip, frame->dst_size), frame->protocol, frame->src_port, frame->dst_port);
    int found = flow ? PySequence_Contains(followed, flow) : -1;
    Py_XDECREF(flow);
    return found;
}

static bool headers_of(const Lane *lane, const Batch *batch, Py_ssize_t row, Headers *frame) {
    uint64_t start = ((const unsigned long long *)batch->offsets.buf)[row], length = (uint64_t)batch->bytes.len;
    uint64_t size = ((const unsigned long *)batch->sizes.buf)[row];
    return ((const unsigned long *)batch->links.buf)[row] == ETHERNET && start <= length && size <= length - start &&
           read_headers(batch->bytes.buf, start, start + size, &lane->tunnels, frame);
}

typedef enum { READ, ODD, FAULT } Row;

static Row no_memory(void) {
    PyErr_NoMemory();
    return FAULT;
}

/* A chosen frame: counted if its message is known, else handed on, and what comes of that is learnt. */
static Row choose(Lane *lane, const Batch *batch, const Headers *frame, const Mask *mask, Read read, bool cut, uint32_t sender,
                  int64_t time, uint64_t number) {
    Hash message = {0}, key = {0};
    Meaning between = ALIKE; /* what `key` tells apart */
    bool begins = false;
    if (lane->remember) {
        key = message = message_of(&lane->secret, batch->bytes.buf, frame, mask, read, cut);
        const Message *known = message_known(&lane->messages, key);
        while (known && known->meaning > between && known->meaning < OPEN) {
            between = known->meaning;
            key = message_between(&lane->secret, message, frame, read, between);
            known = message_known(&lane->messages, key);
        }
        int heard = known && known->meaning <= between
                        ? say(&lane->said, &lane->secret, known->outcome == NOTHING ? ANYBODY : sender,
                              table_place(&lane->messages, known), time, number)
                        : 0;
        if (heard) return heard < 0 ? no_memory() : READ;
    }
    for (int i = 0; frame->protocol == TCP && i < WORDS; i++) begins |= !!(mask->word[i] & lane->selection->joined.word[i]);
    unsigned long long outcome = 0;
    int meaning = take(lane, batch, frame, mask, cut, begins, time, number, &outcome);
    if (meaning < 0) return FAULT;
    if (!lane->remember) return READ;
    bool learnt = message_learn(&lane->messages, key, meaning, outcome);
    if (learnt && (Meaning)meaning > between && meaning < OPEN) {
        key = message_between(&lane->secret, message, frame, read, meaning);
        learnt = message_learn(&lane->messages, key, meaning, outcome);
    }
    return learnt ? READ : no_memory();
}

/* Reads one row. ODD: nothing is done, the row is the twin's. */
static Row walk_row(Lane *lane, const Batch *batch, Py_ssize_t row, PyObject *followed) {
    uint64_t number = batch->number + (uint64_t)row, size = ((const unsigned long *)batch->sizes.buf)[row];
    uint64_t end = ((const unsigned long long *)batch->offsets.buf)[row] + size;
    uint64_t wire_size = ((const unsigned long *)batch->wire_sizes.buf)[row];
    int64_t time = ((const long long *)batch->times.buf)[row];
    Headers frame;
    Mask mask;
    Read read;
    if (!headers_of(lane, batch, row, &frame)) return ODD;
    int follows = is_followed(lane, &frame, followed);
    if (follows < 0) return FAULT;
    const Sender *sender = count_sender(&lane->senders, &lane->secret, &frame, wire_size, time, number);
    if (!sender || !count_target(&lane->targets, &lane->secret, &frame, time, number)) return no_memory();
    bool wanted = who_wants(lane->selection, batch->bytes.buf, &frame, &mask, &read);
    bool cut = frame.stop > end || (!frame.protocol && size < wire_size);
    unsigned long long unkept;
    if (follows) return take(lane, batch, &frame, &mask, cut, true, time, number, &unkept) < 0 ? FAULT : READ;
    if (!wanted) return READ;
    return choose(lane, batch, &frame, &mask, read, cut, table_place(&lane->senders, sender), time, number);
}

/* Rows from `row` on: (first row for the twin, row to go on with). */
static PyObject *walk(Lane *lane, const Batch *batch, Py_ssize_t row, Py_ssize_t rows, PyObject *followed) {
    Headers frame;
    Row what = READ;
    for (; row < rows && what == READ; row++) what = walk_row(lane, batch, row, followed);
    if (what == FAULT) return NULL;
    Py_ssize_t odd = what == ODD ? row - 1 : row;
    while (what == ODD && row < rows && !headers_of(lane, batch, row, &frame)) row++;
    return Py_BuildValue("nn", odd, row);
}

static bool get(PyObject *source, Py_buffer *view, Py_ssize_t width) {
    if (PyObject_GetBuffer(source, view, PyBUF_SIMPLE)) return false;
    if (view->len % width == 0) return true;
    PyErr_SetString(PyExc_ValueError, "an array of another type");
    return false;
}

static PyObject *lane_walk(PyObject *self, PyObject *args) {
    Lane *lane = (Lane *)self;
    Batch batch = {0};
    PyObject *views[6], *followed, *found = NULL;
    Py_ssize_t row;
    unsigned long long number;
    if (!PyArg_ParseTuple(args, "OKOOOOOOnOO", &batch.capture, &number, views, views + 1, views + 2, views + 3, views + 4,
                          views + 5, &row, &followed, &batch.take))
        return NULL;
    batch.number = number;
    if (!lane->ready || row < 0) return PyErr_Format(PyExc_ValueError, "no lane, or no row");
    if (get(views[0], &batch.bytes, 1) && get(views[1], &batch.offsets, sizeof(long long)) &&
        get(views[2], &batch.sizes, sizeof(long)) && get(views[3], &batch.wire_sizes, sizeof(long)) &&
        get(views[4], &batch.times, sizeof(long long)) && get(views[5], &batch.links, sizeof(long))) {
        Py_ssize_t rows = batch.offsets.len / (Py_ssize_t)sizeof(long long), wide = rows * (Py_ssize_t)sizeof(long);
        if (batch.times.len == batch.offsets.len && batch.sizes.len == wide && batch.wire_sizes.len == wide &&
            batch.links.len == wide)
            found = walk(lane, &batch, row, rows, followed);
        else
            PyErr_SetString(PyExc_ValueError, "arrays of different lengths");
    }
    Py_buffer *held[] = {&batch.bytes, &batch.offsets, &batch.sizes, &batch.wire_sizes, &batch.times, &batch.links};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        if (held[i]->obj) PyBuffer_Release(held[i]);
    return found;
}

static PyObject *sender_row(Lane *lane, const void *entry) {
    const Sender *sender = entry;
    return Py_BuildValue("(NNN)(KKLKLLKN)", segment_of(lane, sender->key.segment), address(sender->key.mac, 6),
                         address(sender->key.ip, sender->key.size), (unsigned long long)sender->frames,
                         (unsigned long long)sender->bytes, (long long)sender->first, (unsigned long long)sender->number,
                         (long long)sender->last, (long long)sender->heard_first, (unsigned long long)sender->heard_number,
                         mask_number(&sender->ttls));
}

static PyObject *target_row(Lane *lane, const void *entry) {
    const Target *target = entry;
    return Py_BuildValue("(NN)(KLKL)", segment_of(lane, target->key.segment), address(target->key.mac, 6),
                         (unsigned long long)target->frames, (long long)target->first, (unsigned long long)target->number,
                         (long long)target->last);
}

/* Up to `most` rows of a table from row `start` on: a table may be too large to be made Python objects of at once. */
static PyObject *rows(Lane *lane, Table *table, PyObject *(*row)(Lane *, const void *), PyObject *args) {
    Py_ssize_t start, most;
    if (!PyArg_ParseTuple(args, "nn", &start, &most)) return NULL;
    PyObject *list = PyList_New(0);
    for (size_t at = start < 0 ? 0 : (size_t)start; list && at < table->count && most-- > 0; at++) {
        PyObject *made = row(lane, table_at(table, at));
        if (!made || PyList_Append(list, made)) Py_CLEAR(list);
        Py_XDECREF(made);
    }
    return list;
}

static PyObject *lane_senders(PyObject *self, PyObject *args) {
    return rows((Lane *)self, &((Lane *)self)->senders, sender_row, args);
}

static PyObject *lane_targets(PyObject *self, PyObject *args) {
    return rows((Lane *)self, &((Lane *)self)->targets, target_row, args);
}

/* (segment, MAC, IP) of the sender in this place of its table; all empty for ANYBODY. */
static PyObject *lane_sender(PyObject *self, PyObject *place) {
    Lane *lane = (Lane *)self;
    size_t at = PyLong_AsSize_t(place);
    if (PyErr_Occurred()) return NULL;
    if (at == ANYBODY) return Py_BuildValue("sy#y#", "", "", (Py_ssize_t)0, "", (Py_ssize_t)0);
    if (at >= lane->senders.count) return PyErr_Format(PyExc_IndexError, "no such sender");
    const Sender *sender = table_at(&lane->senders, at);
    return Py_BuildValue("NNN", segment_of(lane, sender->key.segment), address(sender->key.mac, 6),
                         address(sender->key.ip, sender->key.size));
}

/* (place of the sender in its table, outcome, time, number, lowest number, times) */
static PyObject *said_row(Lane *lane, const void *entry) {
    const Said *said = entry;
    const Message *message = table_at(&lane->messages, said->key.message);
    return Py_BuildValue("IKLKKK", said->key.sender, (unsigned long long)message->outcome, (long long)said->time,
                         (unsigned long long)said->number, (unsigned long long)said->lowest, (unsigned long long)said->times);
}

static PyObject *lane_said(PyObject *self, PyObject *args) { return rows((Lane *)self, &((Lane *)self)->said, said_row, args); }

/* What was said begins anew, and where all is told also what was counted: rows of the one name places of the other. */
static PyObject *lane_told(PyObject *self, PyObject *all) {
    Lane *lane = (Lane *)self;
    table_clear(&lane->said);
    if (PyObject_IsTrue(all) > 0) {
        table_clear(&lane->senders);
        table_clear(&lane->targets);
    }
    return Py_NewRef(Py_None);
}

static PyObject *lane_forget(PyObject *self, PyObject *unused) {
    (void)unused;
    table_clear(&((Lane *)self)->messages);
    table_clear(&((Lane *)self)->said);
    return Py_NewRef(Py_None);
}

static PyObject *lane_counted(PyObject *self, PyObject *unused) {
    (void)unused;
    return PyLong_FromSize_t(((Lane *)self)->senders.count + ((Lane *)self)->targets.count);
}

static PyObject *lane_full(PyObject *self, PyObject *unused) {
    (void)unused;
    Lane *lane = (Lane *)self;
    return PyBool_FromLong(lane->messages.count >= MOST_MESSAGES || lane->said.count >= MOST_SAID);
}

static PyMethodDef lane_methods[] = {
    {"walk", lane_walk, METH_VARARGS, NULL},       {"senders", lane_senders, METH_VARARGS, NULL},
    {"targets", lane_targets, METH_VARARGS, NULL}, {"said", lane_said, METH_VARARGS, NULL},
    {"sender", lane_sender, METH_O, NULL},
    {"told", lane_told, METH_O, NULL},             {"forget", lane_forget, METH_NOARGS, NULL},
    {"counted", lane_counted, METH_NOARGS, NULL},  {"full", lane_full, METH_NOARGS, NULL},
    {0},
};

static PyType_Slot lane_slots[] = {
    {Py_tp_init, lane_init}, {Py_tp_dealloc, lane_dealloc}, {Py_tp_methods, lane_methods}, {0},
};

static PyType_Spec lane_spec = {"scanner.capture.core.Lane", sizeof(Lane), 0, Py_TPFLAGS_DEFAULT, lane_slots};

static PyMethodDef functions[] = {
    {"smaller", smaller, METH_VARARGS, NULL},
    {"split_pcap", split_pcap, METH_VARARGS, NULL},
    {"split_pcapng", split_pcapng, METH_VARARGS, NULL},
    {0},
};

static int module_exec(PyObject *module) {
    PyObject *type = PyType_FromSpec(&lane_spec);
    return !type || PyModule_AddObjectRef(module, "Lane", type) ? (Py_XDECREF(type), -1) : (Py_DECREF(type), 0);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0}};

static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "core", .m_methods = functions, .m_slots = module_slots};

PyMODINIT_FUNC PyInit_core(void) { return PyModuleDef_Init(&module); }
