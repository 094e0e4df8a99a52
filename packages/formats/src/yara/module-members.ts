const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * The modules that YARA brings along in its usual builds with their members in version 4.2 (YARA documentation,
 * "Modules"; asked of yarac name by name). Others belong to particular scanners, or to later versions.
 */
const modules: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['console', words('hex log')],
  ['cuckoo', words('filesystem network registry sync')],
  [
    'dotnet',
    words(`assembly assembly_refs constants field_offsets guids is_dotnet module_name modulerefs number_of_assembly_refs
      number_of_constants number_of_field_offsets number_of_guids number_of_modulerefs number_of_resources
      number_of_streams number_of_user_strings resources streams typelib user_strings version`),
  ],
  [
    'elf',
    words(`dynamic dynamic_section_entries dynsym dynsym_entries entry_point machine number_of_sections
      number_of_segments ph_entry_size ph_offset sections segments sh_entry_size sh_offset symtab symtab_entries type`),
  ],
  ['hash', words('checksum32 crc32 md5 sha1 sha256')],
  ['magic', words('mime_type type')],
  [
    'math',
    words(`abs count deviation entropy in_range max mean min mode monte_carlo_pi percentage serial_correlation
      to_number`),
  ],
  [
    'pe',
    words(`base_of_code base_of_data calculate_checksum characteristics checksum data_directories delay_import_details
      dll_characteristics dll_name entry_point entry_point_raw export_details export_timestamp exports exports_index
      file_alignment image_base image_version imphash import_details imports is_32bit is_64bit is_dll is_pe language
      linker_version loader_flags locale machine number_of_delayed_imported_functions number_of_delayed_imports
      number_of_exports number_of_imported_functions number_of_imports number_of_resources number_of_rva_and_sizes
      number_of_sections number_of_signatures number_of_symbols number_of_version_infos opthdr_magic os_version overlay
      pdb_path pointer_to_symbol_table resource_timestamp resource_version resources rich_signature rva_to_offset
      section_alignment section_index sections signatures size_of_code size_of_headers size_of_heap_commit
      size_of_heap_reserve size_of_image size_of_initialized_data size_of_optional_header size_of_stack_commit
      size_of_stack_reserve size_of_uninitialized_data subsystem subsystem_version timestamp version_info
      version_info_list win32_version_value`),
  ],
  ['time', words('now')],
]);

/** True for the modules of usual builds. */
export function isModule(name: string): boolean {
  return modules.has(name);
}

/** Whether a module has a member of this name; names in capital letters are constants, which are not looked at. */
export function hasMember(module: string, name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name) || (modules.get(module)?.has(name) ?? false);
}
