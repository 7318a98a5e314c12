# SPDX-License-Identifier: GPL-3.0-or-later
# find_package(Quarterdeck): the headers that native strategies are built against, and how. A plugin has to be built
# with the Qt and the C++ library that the program was built with.
include(CMakeFindDependencyMacro)
find_dependency(Qt6 6.4 COMPONENTS Core)

if(NOT TARGET Quarterdeck::Strategy)
    get_filename_component(quarterdeck_prefix ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)
    add_library(Quarterdeck::Strategy INTERFACE IMPORTED)
    set_target_properties(Quarterdeck::Strategy PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES ${quarterdeck_prefix}/include
        INTERFACE_COMPILE_FEATURES cxx_std_20
        INTERFACE_LINK_LIBRARIES Qt6::Core)
    unset(quarterdeck_prefix)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/QuarterdeckStrategies.cmake)
