import static jdk.incubator.foreign.CLinker.C_CHAR;
import static jdk.incubator.foreign.CLinker.C_LONG;
import static jdk.incubator.foreign.CLinker.C_POINTER;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jdk.incubator.foreign.CLinker;
import jdk.incubator.foreign.FunctionDescriptor;
import jdk.incubator.foreign.MemoryAccess;
import jdk.incubator.foreign.MemoryAddress;
import jdk.incubator.foreign.MemoryLayout;
import jdk.incubator.foreign.MemorySegment;
import jdk.incubator.foreign.ResourceScope;
import jdk.incubator.foreign.SegmentAllocator;
import jdk.incubator.foreign.SymbolLookup;

/**
 * The smallest proof that a JVM can load a connector: it begins an action through wasmtime's C API, and prints the
 * first request. Nothing is freed, and nothing is sent; {@code docs/write-a-host.md} says what a host needs besides.
 *
 * <p>{@code java --add-modules jdk.incubator.foreign --enable-native-access=ALL-UNNAMED Start.java LIBRARY COMPONENT
 * ACTION INPUT}
 */
public class Start {
  /** Bytes of a {@code wasmtime_component_val_t}: a kind, and from byte 8 on what it is of. */
  static final int VALUE = 32;

  /** Bytes of a member of a record: its name, and its value. */
  static final int MEMBER = 48;

  static final byte STRING = 12, LIST = 13, RECORD = 14, VARIANT = 16, OPTION = 18, RESULT = 19;

  static final ResourceScope SCOPE = ResourceScope.globalScope();
  static final SegmentAllocator MEMORY = SegmentAllocator.ofScope(SCOPE);

  public static void main(String[] given) throws Throwable {
    System.load(Path.of(given[0]).toAbsolutePath().toString());
    MemoryAddress engine = (MemoryAddress) function("wasm_engine_new", true, 0).invokeWithArguments();
    MemoryAddress store = address("wasmtime_store_new", engine, MemoryAddress.NULL, MemoryAddress.NULL);
    MemoryAddress context = address("wasmtime_store_context", store);

    byte[] wasm = Files.readAllBytes(Path.of(given[1]));
    MemorySegment bytes = MEMORY.allocate(wasm.length, 1);
    bytes.copyFrom(MemorySegment.ofArray(wasm));
    MemorySegment out = MEMORY.allocate(32, 8);
    check(address("wasmtime_component_new", engine, bytes.address(), (long) wasm.length, out.address()));
    MemoryAddress component = MemoryAccess.getAddress(out);
    MemoryAddress linker = address("wasmtime_component_linker_new", engine);
    MemorySegment instance = MEMORY.allocate(16, 8);
    check(address("wasmtime_component_linker_instantiate", linker, context, component, instance.address()));

    MemoryAddress actions = export(instance, context, MemoryAddress.NULL, "automation:connector/actions@0.2.0");
    MemoryAddress start = export(instance, context, actions, "start");
    MemorySegment func = MEMORY.allocate(24, 8);
    function("wasmtime_component_instance_get_func", false, 4)
        .invokeWithArguments(instance.address(), context, start, func.address());

    MemorySegment arguments = MEMORY.allocate(5 * VALUE, 8);
    string(at(arguments, 0), given[2]);
    string(at(arguments, 1), given[3]);
    string(at(arguments, 2), "{}");
    context(at(arguments, 3));
    MemorySegment result = MEMORY.allocate(VALUE, 8);
    check(address("wasmtime_component_func_call", func.address(), context, arguments.address(), 4L, result.address(), 1L));
    System.out.println(written(result));
  }

  /** The record {@code types.context}. */
  static void context(MemorySegment to) {
    MemorySegment members = MEMORY.allocate(5 * MEMBER, 8);
    for (String name : Arrays.asList("call", "now", "locale", "wanted", "extensions")) {
      int place = Arrays.asList("call", "now", "locale", "wanted", "extensions").indexOf(name);
      MemorySegment member = members.asSlice((long) place * MEMBER, MEMBER);
      name(member, name);
      MemorySegment value = member.asSlice(16, VALUE);
      switch (name) {
        case "call" -> string(value, "a-call");
        case "now" -> string(value, "2026-01-31T12:00:00Z");
        // Nothing in it: no value, and no entries.
        case "extensions" -> MemoryAccess.setByte(value, LIST);
        default -> MemoryAccess.setByte(value, OPTION);
      }
    }
    MemoryAccess.setByte(to, RECORD);
    MemoryAccess.setLongAtOffset(to, 8, 5);
    MemoryAccess.setAddressAtOffset(to, 16, members.address());
  }

  static void string(MemorySegment to, String text) {
    MemoryAccess.setByte(to, STRING);
    name(to.asSlice(8, 16), text);
  }

  /** A size and an address. */
  static void name(MemorySegment to, String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    MemorySegment kept = MEMORY.allocate(bytes.length + 1, 1);
    kept.asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    MemoryAccess.setLong(to, bytes.length);
    MemoryAccess.setAddressAtOffset(to, 8, kept.address());
  }

  /** As WAVE writes it, with lists of bytes as their number. */
  static String written(MemorySegment value) {
    MemorySegment of = value.asSlice(8, 24);
    switch (MemoryAccess.getByte(value)) {
      case STRING:
        return '"' + text(of) + '"';
      case LIST:
        return "[" + MemoryAccess.getLong(of) + " entries]";
      case RECORD: {
        long count = MemoryAccess.getLong(of);
        MemorySegment members = MemoryAccess.getAddressAtOffset(of, 8).asSegment(count * MEMBER, SCOPE);
        StringBuilder all = new StringBuilder("{");
        for (long place = 0; place < count; place++) {
          MemorySegment member = members.asSlice(place * MEMBER, MEMBER);
          all.append(place == 0 ? "" : ", ").append(text(member)).append(": ").append(written(member.asSlice(16, VALUE)));
        }
        return all.append("}").toString();
      }
      case VARIANT:
        return text(of) + payload(MemoryAccess.getAddressAtOffset(of, 16));
      case OPTION: {
        MemoryAddress some = MemoryAccess.getAddress(of);
        return some.equals(MemoryAddress.NULL) ? "none" : "some" + payload(some);
      }
      case RESULT:
        return (MemoryAccess.getByte(of) == 1 ? "ok" : "err") + payload(MemoryAccess.getAddressAtOffset(of, 8));
      case 17:
        return text(of);
      default:
        return Long.toString(MemoryAccess.getLong(of));
    }
  }

  static String payload(MemoryAddress value) {
    return value.equals(MemoryAddress.NULL) ? "" : "(" + written(value.asSegment(VALUE, SCOPE)) + ")";
  }

  static String text(MemorySegment name) {
    long size = MemoryAccess.getLong(name);
    byte[] bytes = MemoryAccess.getAddressAtOffset(name, 8).asSegment(size, SCOPE).toByteArray();
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  static MemorySegment at(MemorySegment values, int place) {
    return values.asSlice((long) place * VALUE, VALUE);
  }

  static MemoryAddress export(MemorySegment instance, MemoryAddress context, MemoryAddress in, String name)
      throws Throwable {
    MemorySegment text = MEMORY.allocate(16, 8);
    name(text, name);
    MemoryAddress found = address("wasmtime_component_instance_get_export_index", instance.address(), context, in,
        MemoryAccess.getAddressAtOffset(text, 8), MemoryAccess.getLong(text));
    if (found.equals(MemoryAddress.NULL)) throw new IllegalArgumentException("no export " + name);
    return found;
  }

  /** Calls a function of addresses and sizes that gives an address. */
  static MemoryAddress address(String name, Object... arguments) throws Throwable {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    Class<?>[] types = new Class<?>[arguments.length];
    for (int place = 0; place < arguments.length; place++) {
      boolean size = arguments[place] instanceof Long;
      layouts[place] = size ? C_LONG : C_POINTER;
      types[place] = size ? long.class : MemoryAddress.class;
    }
    MethodType type = MethodType.methodType(MemoryAddress.class, types);
    return (MemoryAddress) link(name, type, FunctionDescriptor.of(C_POINTER, layouts)).invokeWithArguments(arguments);
  }

  /** A function of addresses, which gives an address or a truth value. */
  static MethodHandle function(String name, boolean gives, int arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments];
    Class<?>[] types = new Class<?>[arguments];
    Arrays.fill(layouts, C_POINTER);
    Arrays.fill(types, MemoryAddress.class);
    MethodType type = MethodType.methodType(gives ? MemoryAddress.class : byte.class, types);
    return link(name, type, FunctionDescriptor.of(gives ? C_POINTER : C_CHAR, layouts));
  }

  static MethodHandle link(String name, MethodType type, FunctionDescriptor descriptor) {
    return CLinker.getInstance()
        .downcallHandle(SymbolLookup.loaderLookup().lookup(name).orElseThrow(), type, descriptor);
  }

  /** What the C API says went wrong. */
  static void check(MemoryAddress error) throws Throwable {
    if (error.equals(MemoryAddress.NULL)) return;
    MemorySegment message = MEMORY.allocate(16, 8);
    link("wasmtime_error_message", MethodType.methodType(void.class, MemoryAddress.class, MemoryAddress.class),
        FunctionDescriptor.ofVoid(C_POINTER, C_POINTER)).invokeWithArguments(error, message.address());
    throw new IllegalStateException(text(message));
  }
}
