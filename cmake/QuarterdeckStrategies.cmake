# SPDX-License-Identifier: GPL-3.0-or-later
# How a native strategy is built, in this tree and outside of it against the installed headers:
#
#     find_package(Quarterdeck REQUIRED)
#     quarterdeck_add_strategy(my_strategy SOURCES my_strategy.cpp METADATA my_strategy.json)
#
# makes my_strategy.so. The metadata is checked when CMake runs: what the program would refuse fails here already.

# The version of the interface that the headers in `folder` declare.
function(quarterdeck_interface_version folder variable)
    file(STRINGS ${folder}/quarterdeck/plugin.h line REGEX "INTERFACE_VERSION = [0-9]+")
    string(REGEX MATCH "[0-9]+" version "${line}")
    set(${variable} ${version} PARENT_SCOPE)
endfunction()

# quarterdeck_add_strategy(name SOURCES file… METADATA file.json)
function(quarterdeck_add_strategy name)
    cmake_parse_arguments(ARG "" "METADATA" "SOURCES" ${ARGN})
    if(NOT ARG_SOURCES OR NOT ARG_METADATA)
        message(FATAL_ERROR "quarterdeck_add_strategy(${name}) needs SOURCES and METADATA")
    endif()
    get_filename_component(metadata ${ARG_METADATA} ABSOLUTE)
    get_filename_component(metadata_folder ${metadata} DIRECTORY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${metadata})
    get_target_property(headers Quarterdeck::Strategy INTERFACE_INCLUDE_DIRECTORIES)
    list(GET headers 0 headers)
    quarterdeck_interface_version(${headers} version)
    file(READ ${metadata} text)
    string(JSON stated ERROR_VARIABLE fault GET "${text}" interface)
    if(fault OR NOT stated STREQUAL version)
        message(FATAL_ERROR "${metadata} must say \"interface\": ${version}, as these headers do")
    endif()
    string(JSON declared ERROR_VARIABLE fault GET "${text}" strategy name)
    if(fault)
        message(FATAL_ERROR "${metadata} must declare a strategy with a name: ${fault}")
    endif()

    add_library(${name} MODULE ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE Quarterdeck::Strategy)
    # moc looks for the metadata among the include folders.
    target_include_directories(${name} PRIVATE ${metadata_folder})
    set_target_properties(${name} PROPERTIES
        AUTOMOC ON PREFIX "" SUFFIX ".so" CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON)
    # A path to look for libraries in is refused: a strategy is one file.
    set_target_properties(${name} PROPERTIES SKIP_BUILD_RPATH ON INSTALL_RPATH "" INSTALL_RPATH_USE_LINK_PATH OFF)
    # The same numbers as the program itself. Two versions of a plugin may be loaded side by side: they must not
    # share what each of them holds in static variables.
    target_compile_options(${name} PRIVATE -ffp-contract=off $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
endfunction()
